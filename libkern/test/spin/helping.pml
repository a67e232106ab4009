/* SPDX-License-Identifier: MIT */
/* Helping, on one CPU: four clients, servers without time of their own that call each other, sleep in
 * service and answer, and a greedy thread that never stops, less urgent than the highest client alone.
 *
 * A context has a user, the last one it was lent to. That of who waits to be received stays in the run
 * queue and runs whom it waits for. It leaves the queue when there is nobody to run; what brings it back
 * is kern_help_wake(), kern_help_look() and kern_help_throttled() (libkern/src/helping), and at each
 * server the most urgent of its waiters alone. A kernel entry is atomic. (How deep chains may be is tested
 * in C: these are never too deep.) What must hold:
 *   - nobody who could run is more urgent than who does: no help is lost (pick);
 *   - a context has one user, and a thread one context (lend, take_back);
 *   - no circle is closed (find_runner);
 *   - the highest client's call ends whatever the greedy one does, everybody's when that is gone (init).
 *
 * Each -D takes away one thing, and Spin must then find the error; spin.sh holds it to that:
 *   NO_HELP       who waits runs nobody             NO_WAKE       nobody is put back when a server wakes,
 *   NO_CIRCLE     circles are not refused           NO_LOOK       when a queue changes,
 *   NO_RANK       who is waited for queues as ever  NO_THROTTLED  or when a helper's budget ends */

#define CLIENTS 4 /* Threads 0 to 3, less urgent first. Their contexts have the same numbers. */
#define HIGHEST (CLIENTS - 1)
#define SERVERS 2 /* Threads from CLIENTS on. */
#define THREADS (CLIENTS + SERVERS)
#define NOBODY  255

mtype = { READY, SLEEPS, SENDING, REPLY, RECEIVING, DONE };

mtype state[THREADS];
byte waits_for[THREADS]; /* SENDING, REPLY: the server. */
byte context[THREADS];   /* On which the thread runs, or NOBODY. */
byte lender[THREADS];    /* Whose context that is: the caller it serves, or NOBODY. */
bool slept[THREADS];     /* Each once in a service, so that all services end. */
bool called[THREADS];

byte user[CLIENTS];      /* Of a context. */
bool in_queue[CLIENTS];  /* The run queue. */
bool has_budget[CLIENTS];
bool greedy;             /* Is it there? */

byte running = NOBODY;   /* A context; NOBODY if the greedy one runs, or nobody. */
byte runner = NOBODY;    /* Whom it runs. */

/* Locals of the inlines, which leave them 0. */
byte a, b, c, d, steps, rank, most, who;
bool is_above[THREADS];

#define WAITS(t)              (state[t] == SENDING || state[t] == REPLY)
#define WAITS_AT(ctx, server) (state[user[ctx]] == SENDING && waits_for[user[ctx]] == server)

/* b: whom context @p ctx could run, or NOBODY. */
inline find_runner(ctx)
{
    b = user[ctx];
    do
    :: state[b] == READY -> break
#ifdef NO_HELP
    :: else -> b = NOBODY; break
#else
    :: WAITS(b) -> b = waits_for[b]; steps++; assert(steps <= SERVERS)
    :: else -> b = NOBODY; break
#endif
    od;
    steps = 0
}

/* rank: that of context @p ctx, whose user waits: as high as the highest that waits for that one. */
inline find_rank(ctx)
{
    rank = ctx;
#ifndef NO_RANK
    d = ctx + 1;
    do
    :: d < CLIENTS ->
       b = user[d];
       do
       :: b == user[ctx] -> rank = d; break
       :: b != user[ctx] && WAITS(b) -> b = waits_for[b]
       :: else -> break
       od;
       d++
    :: else -> break
    od;
    b = 0;
    d = 0
#endif
}

/* Context @p ctx goes into the run queue if it can run somebody, else out of it. */
inline update(ctx)
{
    find_runner(ctx);
    in_queue[ctx] = (b != NOBODY && has_budget[ctx]);
    b = 0
}

/* The waiters at @p server are put back, in the order of their ranks, up to the first whose own context is
 * as urgent as that: the others need not help. Who waits for them is looked at later. */
inline let_help_at(server)
{
    most = 0;
    for (c : 0 .. CLIENTS - 1) {
        if
        :: WAITS_AT(c, server) && has_budget[c] -> find_rank(c); most = (rank == c -> c : most)
        :: else
        fi
    }
    for (c : 0 .. CLIENTS - 1) {
        if
        :: WAITS_AT(c, server) ->
           find_rank(c);
           if
           :: rank >= most -> is_above[user[c]] = true; update(c)
           :: else
           fi
        :: else
        fi
    }
    c = 0; rank = 0; most = 0
}

/* Looks at all that is above, and at what is above that. */
inline let_help()
{
    do
    :: a == THREADS -> break
    :: a < THREADS && !is_above[a] -> a++
    :: a < THREADS && is_above[a] ->
       is_above[a] = false;
       if
       :: lender[a] != NOBODY -> is_above[lender[a]] = true
       :: else
       fi;
       let_help_at(a);
       a = 0
    od;
    a = 0
}

inline wake(t)
{
#ifndef NO_WAKE
    is_above[t] = true;
    let_help()
#else
    skip
#endif
}

inline look(server)
{
#ifndef NO_LOOK
    let_help_at(server);
    let_help()
#else
    skip
#endif
}

/* The budget that @p ctx runs on has ended: another one may help. */
inline throttled(ctx)
{
#ifndef NO_THROTTLED
    if
    :: state[user[ctx]] == SENDING -> let_help_at(waits_for[user[ctx]]); let_help()
    :: else -> is_above[user[ctx]] = true; let_help()
    fi
#else
    skip
#endif
}

/* The most urgent context that can run anybody does; and that one is the most urgent there could be. */
inline pick()
{
    running = NOBODY;
    runner = NOBODY;
    c = CLIENTS;
    do
    :: c > 0 && running == NOBODY ->
       c--;
       if
       :: in_queue[c] ->
          find_runner(c);
          if
          :: b != NOBODY && (c == HIGHEST || !greedy) -> running = c; runner = b
          :: b != NOBODY && c != HIGHEST && greedy /* waits its turn */
          :: b == NOBODY -> in_queue[c] = false
          fi
       :: else
       fi
    :: else -> break
    od;
    for (c : 0 .. CLIENTS - 1) {
        find_runner(c);
        assert(b == NOBODY || !has_budget[c] || (running != NOBODY && c <= running) ||
               (greedy && c != HIGHEST))
    }
    b = 0;
    c = 0
}

inline lend(from, to)
{
    assert(context[to] == NOBODY && user[context[from]] == from);
    context[to] = context[from];
    user[context[to]] = to;
    lender[to] = from;
    state[from] = REPLY;
    waits_for[from] = to;
    in_queue[context[to]] = false;
    state[to] = READY;
    update(context[to]);
    wake(to)
}

inline take_back(server)
{
    assert(user[context[server]] == server);
    user[context[server]] = lender[server];
    state[lender[server]] = READY;
    waits_for[lender[server]] = 0;
    context[server] = NOBODY;
    update(context[lender[server]]);
    wake(lender[server]);
    lender[server] = NOBODY;
    slept[server] = false;
    called[server] = false
}

/* a: the end of the chain of waits that begins at @p server; @p t, if that is in it. */
inline find_end(t, server)
{
    a = server;
    do
    :: a != t && WAITS(a) -> a = waits_for[a]
    :: else -> break
    od
}

inline queue(t, server)
{
    state[t] = SENDING;
    waits_for[t] = server;
    update(context[t]);
    a = t; /* Those that it waits for have its rank from now on. */
    do
    :: WAITS(a) -> is_above[waits_for[a]] = true; a = waits_for[a]
    :: else -> break
    od;
    a = 0;
    let_help()
}

inline call(t, server)
{
    called[t] = true;
    find_end(t, server);
    if
    :: state[server] == RECEIVING -> a = 0; lend(t, server)
#ifndef NO_CIRCLE
    :: state[server] != RECEIVING && a == t -> a = 0 /* TN_ERR_DEADLOCK */
#endif
    :: else -> a = 0; queue(t, server)
    fi
}

/* who: the first in the queue of @p server, or NOBODY. */
inline find_first(server)
{
    who = NOBODY;
    for (c : 0 .. CLIENTS - 1) {
        if
        :: WAITS_AT(c, server) ->
           find_rank(c);
           if
           :: who == NOBODY || rank > most -> who = user[c]; most = rank
           :: else
           fi
        :: else
        fi
    }
    c = 0; rank = 0; most = 0
}

inline receive(server)
{
    state[server] = RECEIVING;
    find_first(server);
    if
    :: who != NOBODY -> lend(who, server)
    :: else
    fi;
    who = 0
}

/* Whom client @p t calls. The lowest and the highest want the same, those between another. */
#define SERVER_OF(t) (CLIENTS + (t % HIGHEST != 0 -> 1 : 0))

/* What thread @p t does next: a client calls, once; a server answers, and may sleep or call before. */
inline step(t)
{
    if
    :: t < CLIENTS && !called[t] -> call(t, SERVER_OF(t))
    :: t < CLIENTS && called[t] -> state[t] = DONE; update(context[t])
    :: t >= CLIENTS -> take_back(t); receive(t)
    :: t >= CLIENTS && !slept[t] -> slept[t] = true; state[t] = SLEEPS; update(context[t])
    :: t >= CLIENTS && !called[t] -> call(t, CLIENTS + (t - CLIENTS + 1) % SERVERS)
    fi
}

/* A step of whoever runs, and perhaps its budget ends with it. */
active proctype cpu()
{
end:
    do
    :: atomic {
           running != NOBODY ->
           step(runner);
           who = running;
           if
           :: true
           :: has_budget[who] -> has_budget[who] = false; in_queue[who] = false; throttled(who)
           fi;
           who = 0;
           pick()
       }
    od
}

/* A context has budget again. */
active [CLIENTS] proctype refill()
{
end:
    do
    :: atomic { !has_budget[_pid - 1] -> has_budget[_pid - 1] = true; update(_pid - 1); pick() }
    od
}

/* Who sleeps wakes up: a server in service, a client before its call. */
active [THREADS] proctype alarm()
{
#define ME (_pid - 1 - CLIENTS)
end:
    do
    :: atomic { state[ME] == SLEEPS -> state[ME] = READY; update(context[ME]); wake(ME); pick() }
    od
}

/* One of the urgent clients has waited for too long to be received. */
active [2] proctype deadline()
{
#define MINE (HIGHEST - _pid + 1 + CLIENTS + THREADS)
end:
    atomic {
        state[MINE] == SENDING ->
        state[MINE] = READY;
        look(waits_for[MINE]);
        update(MINE);
        pick()
    }
}

init {
    atomic {
        for (a : 0 .. THREADS - 1) {
            lender[a] = NOBODY;
            context[a] = (a < CLIENTS -> a : NOBODY);
            state[a] = (a < CLIENTS -> SLEEPS : RECEIVING)
        }
        for (a : 0 .. CLIENTS - 1) {
            user[a] = a;
            has_budget[a] = true
        }
        a = 0
    }
    atomic { greedy = true; pick() }
    timeout;
    assert(state[HIGHEST] == DONE);
    atomic { greedy = false; pick() }
    timeout;
    for (a : 0 .. THREADS - 1) {
        assert(state[a] == (a < CLIENTS -> DONE : RECEIVING))
    }
}
