/* SPDX-License-Identifier: MIT */
/* Waking up across two CPUs: one thread makes three things happen that the other waits for (a word of
 * memory changes, a notification is signalled, a call comes), and waits for the reply to that call.
 *
 * In the kernel the lock is held; it is let go of when a CPU idles and when it returns to user mode, where
 * a thread reads and writes the word at any time. Who makes a thread of another CPU ready puts it into
 * that one's queue, and marks that CPU; if it was not marked, it is interrupted. What must hold:
 *   - every wait ends: both come to their end (init), so no wake-up is lost, be it between the
 *     look at the word and the wait, or between the look at the queue and the sleep of the CPU;
 *   - a thread is current on one CPU alone, and what waits is in no queue (pick).
 *
 * Each -D breaks one rule, and Spin must then find the thread that sleeps for ever:
 *   BLIND_WAIT    word_wait does not look at the word again
 *   LATE_CLEAR    the mark is cleared after the look at the queue, without the lock
 *   EARLY_OPEN    an interrupt that came while interrupts were off does not end the CPU's sleep
 *   NO_RECHECK    a thread that was woken takes the word for changed: another wake may have meant it */

#define NOBODY 255
#define WAITER 0 /* At home on CPU 0; */
#define MAKER  1 /* on CPU 1; */
#define BUSY   2 /* on CPU 0, less urgent: once it was woken it computes and never enters the kernel. */
#define HOME(t) (t == MAKER -> 1 : 0)

mtype = { READY, WORD, SIGNAL, RECEIVE, REPLY, DONE };

mtype state[3] = READY;
byte pc[3];             /* Which step of its program comes next. */
byte seen;              /* The word, as the waiter saw it last. */

byte word;              /* User memory. */
bool pending;           /* The notification's bit. */
bool is_queued[3];      /* In the run queue of its home. */
byte current[2] = NOBODY;
bool is_marked[2];
bool is_interrupted[2]; /* An IPI is under way. */

/* Kernel: @p t can run from now on. */
inline ready(t)
{
    state[t] = READY;
    is_queued[t] = true;
    if
    :: !is_marked[HOME(t)] -> is_marked[HOME(t)] = true; is_interrupted[HOME(t)] = true
    :: else
    fi
}

/* Kernel: the current thread of CPU @p n waits, or ends. */
inline block(n, how)
{
    state[current[n]] = how;
    current[n] = NOBODY
}

/* Kernel: who runs on CPU @p n now. */
inline pick(n)
{
    if
    :: current[n] != NOBODY -> is_queued[current[n]] = true
    :: else
    fi;
    current[n] = NOBODY;
    if
    :: n == 0 && is_queued[WAITER] -> current[n] = WAITER
    :: n == 0 && !is_queued[WAITER] && is_queued[BUSY] -> current[n] = BUSY
    :: n == 1 && is_queued[MAKER] -> current[n] = MAKER
    :: else
    fi;
    if
    :: current[n] != NOBODY ->
       is_queued[current[n]] = false;
       assert(state[current[n]] == READY && current[1 - n] != current[n])
    :: else
    fi
}

/* One step in user mode on CPU @p n. Those in braces enter the kernel, which looks at its queue on the
 * way out (is_inside). */
inline step(n)
{
    if
    /* The waiter: while the word is 0 it waits; then for the signal; then it receives, and replies. */
    :: current[n] == WAITER && pc[WAITER] == 0 -> seen = word; pc[WAITER] = (seen == 0 -> 1 : 2)
    :: current[n] == WAITER && pc[WAITER] == 1 -> is_inside = true;
#ifdef NO_RECHECK
       pc[WAITER] = 2;
#else
       pc[WAITER] = 0;
#endif
       if
#ifdef BLIND_WAIT
       :: true -> block(n, WORD)
#else
       :: word == seen -> block(n, WORD)
       :: else /* TN_ERR_STATE */
#endif
       fi
    :: current[n] == WAITER && pc[WAITER] == 2 -> is_inside = true; pc[WAITER] = 3;
       assert(word == 1);
       if
       :: pending -> pending = false
       :: else -> block(n, SIGNAL)
       fi
    :: current[n] == WAITER && pc[WAITER] == 3 -> is_inside = true; pc[WAITER] = 4;
       if
       :: state[MAKER] == REPLY /* It calls already. */
       :: else -> block(n, RECEIVE)
       fi
    :: current[n] == WAITER && pc[WAITER] == 4 -> is_inside = true; ready(MAKER); block(n, DONE)

    /* The maker: it wakes the busy one; then the waiter, for nothing; then it does what that waits for. */
    :: current[n] == MAKER && pc[MAKER] == 0 -> is_inside = true; pc[MAKER] = 1; ready(BUSY)
    :: current[n] == MAKER && pc[MAKER] == 1 -> is_inside = true; pc[MAKER] = 2; wake_word()
    :: current[n] == MAKER && pc[MAKER] == 2 -> word = 1; pc[MAKER] = 3
    :: current[n] == MAKER && pc[MAKER] == 3 -> is_inside = true; pc[MAKER] = 4; wake_word()
    :: current[n] == MAKER && pc[MAKER] == 4 -> is_inside = true; pc[MAKER] = 5;
       if
       :: state[WAITER] == SIGNAL -> ready(WAITER)
       :: else -> pending = true
       fi
    :: current[n] == MAKER && pc[MAKER] == 5 -> is_inside = true; pc[MAKER] = 6; block(n, REPLY);
       if
       :: state[WAITER] == RECEIVE -> ready(WAITER)
       :: else /* It is received later. */
       fi
    :: current[n] == MAKER && pc[MAKER] == 6 -> is_inside = true; block(n, DONE)
    fi
}

inline wake_word()
{
    if
    :: state[WAITER] == WORD -> ready(WAITER)
    :: else
    fi
}

proctype cpu(byte n)
{
    bool is_inside;
end_inside:
#ifdef LATE_CLEAR
    atomic { pick(n) }
    is_marked[n] = false;
#else
    atomic { is_marked[n] = false; pick(n) }
#endif
    if
    :: current[n] == NOBODY ->
#ifdef EARLY_OPEN
       is_interrupted[n] = false;
#endif
end_idle:
       atomic { is_interrupted[n] -> is_interrupted[n] = false; goto end_inside }
    :: else
    fi;
end_user:
    do
    :: atomic { is_interrupted[n] -> is_interrupted[n] = false; goto end_inside }
    :: atomic {
           step(n);
           if
           :: is_inside -> is_inside = false; goto end_inside
           :: else
           fi
       }
    od
}

init {
    atomic {
        is_queued[WAITER] = true;
        is_queued[MAKER] = true;
        state[BUSY] = WORD;
        run cpu(0);
        run cpu(1)
    }
    timeout;
    assert(state[WAITER] == DONE && state[MAKER] == DONE)
}
