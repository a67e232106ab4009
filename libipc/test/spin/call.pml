/* SPDX-License-Identifier: MIT */
/* Calls and replies: clients that may give up while they are queued, a server process with two
 * threads that answers out of order and sometimes twice, and a supervisor that kills and restarts it.
 *
 * Numbers are those of the life of a call in libipc's README. A kernel entry is atomic. What must hold:
 *   - a reply ends the call that it answers, and no other (reply);
 *   - a context has one holder, and it is home whenever its owner runs (client);
 *   - every call ends: nobody is left when all is quiet (Spin's search for invalid end states).
 *
 * -DNO_GENERATION leaves the number of the call out of the token. Spin must then find the reply that
 * answers a later call; spin.sh holds it to that. */

#define CLIENTS 2
#define CALLS(c) (2 - c) /* client 0 calls twice, client 1 once */
#define SERVERS 2
#define HOME    255

mtype = { READY, SENDING, SERVED };

mtype state[CLIENTS] = READY;
byte generation[CLIENTS]; /* of the reply token */
byte served_by[CLIENTS];  /* incarnation of the process that has the token */
byte holder[CLIENTS];     /* who has the client's context: a server thread, or HOME */
byte call[CLIENTS];       /* which call of the client this is; only the checks know it */

chan senders = [CLIENTS] of { byte };   /* the endpoint's queues; their order is tested in C */
chan receivers = [SERVERS] of { byte };

byte incarnation = 1;                   /* of the server process */
byte message[SERVERS] = HOME;           /* the client whose message a thread was given */

/* 2, 3: @p c's message goes to thread @p s, with a new token and @p c's context. */
inline deliver(c, s)
{
    state[c] = SERVED;
    generation[c]++;
    served_by[c] = incarnation;
    assert(holder[c] == HOME);
    holder[c] = s;
    message[s] = c
}

/* 4, 8: the call of @p c ends, and its context comes home. */
inline finish(c)
{
    state[c] = READY;
    holder[c] = HOME
}

proctype client(byte me)
{
    byte s;
    do
    :: call[me] < CALLS(me) ->
       atomic {
           call[me]++;
           if
           :: receivers?s -> deliver(me, s)          /* 3 */
           :: empty(receivers) -> state[me] = SENDING; senders!me /* 1 */
           fi
       }
       if
       :: atomic { state[me] == READY -> skip }
       :: atomic { state[me] == SENDING -> senders??eval(me); state[me] = READY } /* 5, 6 */
       fi;
       assert(holder[me] == HOME)
    :: else -> break
    od
}

/* A server thread has room for two tokens. */
#define FIRST 0
#define OTHER 1

/* Whether token @p k is that of the call which its client is in, for this process. */
#ifdef NO_GENERATION
#define IS_VALID(k) (state[client_of[k]] == SERVED && served_by[client_of[k]] == mine)
#else
#define IS_VALID(k) (state[client_of[k]] == SERVED && served_by[client_of[k]] == mine && \
                     generation[client_of[k]] == token[k])
#endif

/* Takes the message that was delivered to this thread, and the token that came with it. */
inline accept(k)
{
    client_of[k] = message[me];
    token[k] = generation[client_of[k]];
    number[k] = call[client_of[k]];
    message[me] = HOME
}

/* Replies with token @p k, if it is not stale. */
inline reply(k)
{
    if
    :: IS_VALID(k) -> assert(call[client_of[k]] == number[k]); finish(client_of[k])
    :: else
    fi
}

/* So that states that differ only in what is of no use any more are one. */
inline forget(k)
{
    client_of[k] = 0;
    token[k] = 0;
    number[k] = 0
}

/* A thread that answers a call at once, twice, or only after it looked for another one. */
proctype server(byte me; byte mine)
{
    byte c;
    byte client_of[2], token[2], number[2]; /* number: which call that was; only the checks know it */
end_receive:
    do
    :: atomic {
           incarnation == mine ->
           if
           :: senders?c -> deliver(c, me) /* 2 */
           :: empty(senders) -> receivers!me
           fi;
           c = 0
       }
end_wait:
       if
       :: atomic { incarnation == mine && message[me] != HOME -> accept(FIRST) }
       :: incarnation != mine -> break
       fi;
       if
       :: skip
       :: atomic { incarnation == mine && nempty(senders) -> /* 2: keeps the first token meanwhile */
              senders?c; deliver(c, me); c = 0; accept(OTHER) }
          if
          :: atomic { incarnation == mine -> reply(OTHER); forget(OTHER) }
          :: incarnation != mine -> break
          fi
       fi;
       if
       :: atomic { incarnation == mine -> reply(FIRST) } /* 4 */
       :: incarnation != mine -> break
       fi;
       if
       :: forget(FIRST)
       :: atomic { incarnation == mine -> reply(FIRST); forget(FIRST) }
       fi
    :: incarnation != mine -> break
    od
}

inline start_servers()
{
    run server(0, incarnation);
    run server(1, incarnation)
}

/* Kills the process once, at any moment: its receivers leave, the calls it served end. */
proctype supervisor()
{
    byte i;
    atomic {
        do
        :: receivers?i
        :: empty(receivers) -> break
        od;
        for (i : 0 .. CLIENTS - 1) {
            if
            :: state[i] == SERVED && served_by[i] == incarnation -> finish(i) /* 8 */
            :: else
            fi
        }
        for (i : 0 .. SERVERS - 1) {
            message[i] = HOME
        }
        incarnation++;
        start_servers()
    }
}

init {
    byte i;
    atomic {
        for (i : 0 .. CLIENTS - 1) {
            holder[i] = HOME;
            run client(i)
        }
        start_servers();
        run supervisor()
    }
}
