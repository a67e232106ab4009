/* SPDX-License-Identifier: MIT */
/* The shell: commands, and the servers they talk to. */
#ifndef SHELL_SHELL_H
#define SHELL_SHELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <abi/object.h>
#include <libbase/compiler.h>
#include <libbase/status.h>

#define SHELL_ARGUMENTS_MAX 16 /**< Words of a command line. */
#define SHELL_AHEAD_MAX     64 /**< Keys that are kept while a program runs. */

/** What the shell was given. */
struct shell {
    tn_handle_t console;            /**< Where the person is. */
    tn_handle_t supervisor;         /**< Who knows the programs. */
    tn_handle_t files;              /**< Who has the files; TN_HANDLE_NONE: nobody. */
    uint32_t ahead_count;           /**< Keys in ahead. */
    uint8_t ahead[SHELL_AHEAD_MAX]; /**< Typed while a program ran, not looked at yet. */
};

/** A command. */
struct command {
    const char *name;      /**< What is typed. */
    const char *arguments; /**< For help; "" if it has none. */
    const char *help;      /**< What it does, one line. */
    int least, most;       /**< How many arguments it takes. */
    /** Do it. @p argv[0] is the name, argv[argc] NULL. Says itself what went wrong. */
    void (*run)(struct shell *shell, int argc, char **argv);
};

/** All commands, by name; the last has no name. */
extern const struct command shell_commands[];

/** Run the command line @p line, which is changed. */
void shell_run_line(struct shell *shell, char *line);

/** Run the command argv[0]. */
void shell_run(struct shell *shell, int argc, char **argv);

/** Say that @p thing, which @p command was asked about, failed with @p status; @p remedy is a
 *  sentence, or NULL. */
void shell_complain(const char *command, const char *thing, tn_status_t status, const char *remedy);

/* The commands, by file; each as struct command says. */

/** commands_files.c */
void command_ls(struct shell *shell, int argc, char **argv);
void command_cat(struct shell *shell, int argc, char **argv);      /**< commands_files.c */
void command_write(struct shell *shell, int argc, char **argv);    /**< commands_files.c */
void command_rm(struct shell *shell, int argc, char **argv);       /**< commands_files.c */
void command_ps(struct shell *shell, int argc, char **argv);       /**< commands_programs.c */
void command_caps(struct shell *shell, int argc, char **argv);     /**< commands_programs.c */
void command_kill(struct shell *shell, int argc, char **argv);     /**< commands_programs.c */
void command_run(struct shell *shell, int argc, char **argv);      /**< commands_programs.c */
void command_mem(struct shell *shell, int argc, char **argv);      /**< commands_machine.c */
void command_uptime(struct shell *shell, int argc, char **argv);   /**< commands_machine.c */
void command_log(struct shell *shell, int argc, char **argv);      /**< commands_machine.c */
void command_reboot(struct shell *shell, int argc, char **argv);   /**< commands_machine.c */
void command_trace(struct shell *shell, int argc, char **argv);    /**< commands_trace.c */
void command_poweroff(struct shell *shell, int argc, char **argv); /**< commands_machine.c */

#endif
