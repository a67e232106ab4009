/* SPDX-License-Identifier: MIT */
/* A plain model of all handles of a few processes: a list, each entry with its process, parent, rights
 * and badge.
 *
 * Rules: one model in a program. The processes' tables hold nothing that is not in it when they are
 * compared. */
#ifndef TEST_HANDLE_MODEL_H
#define TEST_HANDLE_MODEL_H

#include "dice.h"
#include "world.h"

#define NODES     512
#define PROCESSES 3
#define NOBODY    SIZE_MAX

/** A handle that should exist. */
struct node {
    bool used;
    size_t process;  /**< In processes[]. */
    size_t parent;   /**< In nodes[]; NOBODY: none. */
    uint64_t handle; /**< Its value. */
    uint64_t object; /**< Its object's number. */
    uint64_t badge;  /**< 0: none. */
    unsigned type;   /**< enum tn_type. */
    unsigned rights; /**< TN_RIGHT_ bits. */
};

/** The handles, and the processes (the first is root). */
extern struct node nodes[NODES];
extern struct actor processes[PROCESSES];

/** There is a handle @p node from now on. */
void node_add(struct node node);

/** Handle @p at was closed: its children are its parent's. */
void node_remove(size_t at);

/** All below @p ancestor were closed. */
void node_revoke(size_t ancestor);

/** How many handles @p process has; whether its table has no room. */
size_t count_of(size_t process);
bool is_full(size_t process);

/** A random handle of @p process, which has one. */
size_t some_node(size_t process);

/** Enter what the table of @p process holds already, as roots of the tree. */
void adopt(size_t process);

/** The process that runs. */
size_t runner(void);

/** The tables of all processes hold what the model says, and nothing else. */
void check_tables(void);

#endif
