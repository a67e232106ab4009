/* SPDX-License-Identifier: MIT */
/* The model of handles, and its comparison with the kernel's tables. */

#include "handle_model.h"

struct node nodes[NODES];
struct actor processes[PROCESSES];

/* --- The model --------------------------------------------------------------------------------- */

void node_add(struct node node)
{
    for (size_t i = 0; i < NODES; i++) {
        if (!nodes[i].used) {
            nodes[i] = node;
            nodes[i].used = true;
            return;
        }
    }
    fail_msg("the model is full");
}

void node_remove(size_t at)
{
    for (size_t i = 0; i < NODES; i++) {
        if (nodes[i].used && nodes[i].parent == at) {
            nodes[i].parent = nodes[at].parent;
        }
    }
    nodes[at].used = false;
}

static bool is_below(size_t at, size_t ancestor)
{
    while (at != NOBODY && nodes[at].parent != ancestor) {
        at = nodes[at].parent;
    }
    return at != NOBODY;
}

void node_revoke(size_t ancestor)
{
    bool doomed[NODES];
    for (size_t i = 0; i < NODES; i++) {
        doomed[i] = nodes[i].used && is_below(i, ancestor);
    }
    for (size_t i = 0; i < NODES; i++) {
        if (doomed[i]) {
            node_remove(i);
        }
    }
}

size_t count_of(size_t process)
{
    size_t count = 0;
    for (size_t i = 0; i < NODES; i++) {
        count += nodes[i].used && nodes[i].process == process;
    }
    return count;
}

/* A random handle of @p process. */
size_t some_node(size_t process)
{
    size_t nth = below(count_of(process));
    size_t i = 0;
    while (!nodes[i].used || nodes[i].process != process || nth-- > 0) {
        i++;
    }
    return i;
}

/* --- The kernel's side ------------------------------------------------------------------------- */

static void check_slot(size_t process, const struct kern_slot *slot)
{
    for (size_t i = 0; i < NODES; i++) {
        if (nodes[i].used && nodes[i].process == process && nodes[i].handle == slot->handle) {
            assert_int_equal(slot->object->id, nodes[i].object);
            assert_int_equal(slot->badge, nodes[i].badge);
            assert_int_equal(kern_verbs_type(slot->verbs), nodes[i].type);
            assert_int_equal(kern_verbs_rights(slot->verbs), nodes[i].rights);
            return;
        }
    }
    fail_msg("handle %llu of process %zu should not be", (unsigned long long)slot->handle, process);
}

void check_tables(void)
{
    for (size_t process = 0; process < PROCESSES; process++) {
        const struct kern_handle_table *table = &processes[process].p->handles;
        assert_int_equal(table->count, count_of(process));
        for (size_t i = 1; i < CONFIG_MAX_HANDLES; i++) {
            if (table->slots[i].verbs != 0) {
                check_slot(process, &table->slots[i]);
            }
        }
    }
}

/* What the tables hold already, as roots of the tree. */
void adopt(size_t process)
{
    const struct kern_handle_table *table = &processes[process].p->handles;
    for (size_t i = 1; i < CONFIG_MAX_HANDLES; i++) {
        const struct kern_slot *slot = &table->slots[i];
        if (slot->verbs != 0) {
            node_add((struct node){.process = process,
                                   .parent = NOBODY,
                                   .handle = slot->handle,
                                   .object = slot->object->id,
                                   .badge = slot->badge,
                                   .type = kern_verbs_type(slot->verbs),
                                   .rights = kern_verbs_rights(slot->verbs)});
        }
    }
}

size_t runner(void)
{
    size_t process = 0;
    while (processes[process].p != kern_current()->process) {
        process++;
    }
    return process;
}

bool is_full(size_t process)
{
    return count_of(process) == CONFIG_MAX_HANDLES - 1;
}
