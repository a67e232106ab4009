/* SPDX-License-Identifier: MIT */
/* One thread that receives messages and signals at once, two senders, two signallers, a deadline.
 *
 * A kernel entry is atomic: it first looks for bits, then for a sender, then waits. What must hold:
 * nobody waits for what is there (the claim), and when all is quiet every bit was taken and every
 * message received (the assertions in init).
 *
 * -DLET_GO lets go of the endpoint between looking and waiting, as a kernel with two locks might.
 * Spin must then find the lost wake-up; spin.sh holds it to that. */

#define SENDERS    2
#define SIGNALLERS 2
#define ROUNDS     2

mtype = { NOTHING, MESSAGE, SIGNAL, TIMEOUT };

byte pending;            /* the notification's bits */
byte queued;             /* senders that wait to be received */
bool waits;              /* the receiver waits at the endpoint */
mtype outcome = NOTHING; /* what ended its wait */

byte in_flight;          /* bits that were signalled and not yet taken */
byte sent;               /* messages that were received */

ltl nobody_waits_for_what_is_there { [] !(waits && (pending != 0 || queued != 0)) }

/* A wait ends once: with what, and nothing else may end it. */
inline wake(with)
{
    assert(outcome == NOTHING);
    waits = false;
    outcome = with
}

inline take_bits()
{
    in_flight = in_flight & ~pending;
    pending = 0
}

inline begin_wait()
{
    waits = true;
    outcome = NOTHING
}

active proctype receiver()
{
end_receive:
    do
    :: atomic {
           if
           :: pending != 0 -> take_bits(); goto end_receive
           :: pending == 0 && queued != 0 -> queued--; sent++; goto end_receive
           :: else
           fi;
#ifdef LET_GO
       }
       atomic {
#endif
           begin_wait()
       }
end_wait:
       outcome != NOTHING
    od
}

active [SENDERS] proctype sender()
{
    byte round;
    for (round : 1 .. ROUNDS) {
        atomic {
            if
            :: waits -> wake(MESSAGE); sent++
            :: else -> queued++
            fi
        }
    }
}

active [SIGNALLERS] proctype signaller()
{
    byte round;
    byte mask = 1 << (_pid % SIGNALLERS);
    for (round : 1 .. ROUNDS) {
        atomic {
            pending = pending | mask;
            in_flight = in_flight | mask;
            if
            :: waits -> wake(SIGNAL); take_bits()
            :: else
            fi
        }
    }
}

active proctype deadline()
{
    atomic {
        if
        :: waits -> wake(TIMEOUT)
        :: else
        fi
    }
}

init {
    timeout;
    assert(in_flight == 0);
    assert(queued == 0 && sent == SENDERS * ROUNDS)
}
