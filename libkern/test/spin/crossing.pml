/* SPDX-License-Identifier: MIT */
/* Helping across two CPUs: clients on both call one server without time of its own, which runs now here,
 * now there, on the time of who calls it or of who waits for it, while something more urgent comes and
 * goes on each CPU.
 *
 * A context belongs to one CPU. A thread is current on one CPU at most, and nobody else runs it meanwhile:
 * a context that could only run it leaves its queue, and comes back when the thread has left the other
 * CPU (kern_smp_left). What a CPU runs changes under the lock, and other CPUs are asked by a mark to look
 * again (wakeup.pml has how). What must hold:
 *   - no thread is current on two CPUs (pick);
 *   - a CPU that is not asked to look again runs the most urgent that it could (check);
 *   - every call ends, if what is more urgent goes away in the end (init).
 *
 * Each -D takes away one thing, and Spin must then find the error; spin.sh holds it to that:
 *   ONE_HELPER the most urgent one that waits is put back into its queue, and nobody on the other CPU
 *   BOTH       a thread is run without a look at where it is current
 *   NO_LEFT    who has left a CPU is not looked at again: neither its context nor those that wait for it
 *   NO_HOME    nor is its context alone, if that belongs to another CPU */

#define CLIENTS 4 /* Threads 0 to 3 with contexts of the same numbers, less urgent first; */
#define SERVER  CLIENTS /* and the server. */
#define THREADS (CLIENTS + 1)
#define NOBODY  255
#define CPU_OF(c) (c % 2)
#define CALLS(c) (c == 0 -> 2 : 1)

mtype = { READY, SENDING, REPLY, RESTS, DONE }; /* RESTS: a client before it begins, a server that receives. */

mtype state[THREADS] = RESTS;
bool is_lent[CLIENTS];           /* A context, to the server. */
byte context = NOBODY;           /* That the server was lent, */
byte calls[CLIENTS];             /* How many each has made. */
bool in_queue[CLIENTS];          /* Of its CPU. */
byte running[2] = NOBODY;        /* By CPU: the context, */
byte current[2] = NOBODY;        /* and whom it runs. */
bool is_marked[2] = true;
bool is_urgent[2];               /* Something more urgent than all runs here. */
byte visits[2];                  /* How often it came. */

byte b, c, previous;             /* Locals of the inlines. */
bool is_helped[2];

/* b: whom @p ctx could run on its CPU, or NOBODY. */
inline find_runner(ctx)
{
    b = (is_lent[ctx] || state[ctx] == SENDING -> SERVER : ctx);
    if
    :: state[b] != READY -> b = NOBODY
#ifndef BOTH
    :: state[b] == READY && current[1 - CPU_OF(ctx)] == b -> b = NOBODY
#endif
    :: else
    fi
}

/* @p ctx goes into the queue of its CPU if it can run somebody, and that CPU looks if it is urgent. */
inline update(ctx)
{
    find_runner(ctx);
    in_queue[ctx] = (b != NOBODY);
    if
    :: in_queue[ctx] && (running[CPU_OF(ctx)] == NOBODY || ctx > running[CPU_OF(ctx)]) ->
       is_marked[CPU_OF(ctx)] = true
    :: running[CPU_OF(ctx)] == ctx && current[CPU_OF(ctx)] != b -> is_marked[CPU_OF(ctx)] = true
    :: else
    fi;
    b = 0
}

/* The most urgent on each CPU of those that wait for the server helps. */
inline wake_server()
{
    c = CLIENTS;
    do
    :: c > 0 ->
       c--;
       if
       :: state[c] == SENDING && !is_helped[CPU_OF(c)] ->
          update(c);
          is_helped[CPU_OF(c)] = in_queue[c];
#ifdef ONE_HELPER
          is_helped[1 - CPU_OF(c)] = in_queue[c]
#endif
       :: else
       fi
    :: else -> break
    od;
    is_helped[0] = false;
    is_helped[1] = false
}

/* @p t is not current on @p cpu any more. */
inline left(cpu, t)
{
#ifdef NO_LEFT
    skip
#else
    if
#ifndef NO_HOME
    :: t == SERVER && context != NOBODY && CPU_OF(context) != cpu -> update(context); wake_server()
    :: t == SERVER && !(context != NOBODY && CPU_OF(context) != cpu) -> wake_server()
#else
    :: t == SERVER -> wake_server()
#endif
    :: else
    fi
#endif
}

/* The most urgent context of @p cpu that can run anybody does. */
inline pick(cpu)
{
    previous = current[cpu];
    is_marked[cpu] = false;
    running[cpu] = NOBODY;
    current[cpu] = NOBODY;
    c = CLIENTS;
    do
    :: c > 0 && running[cpu] == NOBODY && !is_urgent[cpu] ->
       c--;
       if
       :: CPU_OF(c) == cpu && in_queue[c] ->
          find_runner(c);
          if
          :: b != NOBODY -> running[cpu] = c; current[cpu] = b
          :: else -> in_queue[c] = false
          fi
       :: else
       fi
    :: else -> break
    od;
    b = 0;
    c = 0;
    assert(current[0] == NOBODY || current[0] != current[1]);
    if
    :: previous != NOBODY && previous != current[cpu] -> left(cpu, previous)
    :: else
    fi;
    previous = 0
}

/* A CPU that need not look again runs the best it could. */
inline check()
{
    for (c : 0 .. CLIENTS - 1) {
        find_runner(c);
        assert(b == NOBODY || is_marked[CPU_OF(c)] || is_urgent[CPU_OF(c)] ||
               (running[CPU_OF(c)] != NOBODY && c <= running[CPU_OF(c)]))
    }
    b = 0;
    c = 0
}

inline lend(from)
{
    assert(context == NOBODY && !is_lent[from]);
    context = from;
    is_lent[from] = true;
    state[from] = REPLY;
    state[SERVER] = READY;
    update(from);
    wake_server()
}

/* The server answers, and takes the most urgent call that waits. */
inline answer()
{
    previous = context;
    context = NOBODY;
    is_lent[previous] = false;
    state[previous] = READY;
    state[SERVER] = RESTS;
    update(previous);
    previous = CLIENTS;
    do
    :: previous > 0 && state[SERVER] == RESTS ->
       previous--;
       if
       :: state[previous] == SENDING -> lend(previous)
       :: else
       fi
    :: else -> break
    od;
    previous = 0
}

/* What thread @p t does next: a client calls, or is done; the server answers. */
inline step(t)
{
    if
    :: t == SERVER -> answer()
    :: t < CLIENTS && calls[t] < CALLS(t) ->
       calls[t]++;
       if
       :: state[SERVER] == RESTS -> lend(t)
       :: else -> state[t] = SENDING; update(t); wake_server()
       fi
    :: t < CLIENTS && calls[t] == CALLS(t) -> state[t] = DONE; update(t)
    fi
}

/* A CPU: what runs there takes a step, or it looks again. */
active [2] proctype cpu()
{
    byte t;
end:
    do
    :: atomic { is_marked[_pid] -> pick(_pid); check() }
    :: atomic {
           current[_pid] != NOBODY && !is_marked[_pid] ->
           t = current[_pid];
           step(t);
           t = 0;
           pick(_pid);
           check()
       }
    od
}

/* Something more urgent comes and goes, twice. */
active [2] proctype urgent()
{
#define HERE (_pid - 2)
end:
    do
    :: atomic { visits[HERE] < 2 && !is_urgent[HERE] -> visits[HERE]++; is_urgent[HERE] = true; is_marked[HERE] = true }
    :: atomic { is_urgent[HERE] -> is_urgent[HERE] = false; is_marked[HERE] = true }
    od
}

/* A client begins whenever it likes. */
active [CLIENTS] proctype begin()
{
#define ME (_pid - 4)
    atomic { state[ME] = READY; update(ME); check() }
}

init {
    timeout;
    for (c : 0 .. CLIENTS - 1) {
        assert(state[c] == DONE)
    }
    assert(state[SERVER] == RESTS)
}
