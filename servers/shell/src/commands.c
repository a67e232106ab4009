/* SPDX-License-Identifier: MIT */
/* The table of commands, and the commands that need no server. */
#include <libbase/mem.h>
#include <libsys/clock.h>
#include <libsys/print.h>

#include "nearest.h"
#include "shell.h"

static void command_help(struct shell *shell, int argc, char **argv)
{
    (void)shell;
    (void)argc;
    (void)argv;
    for (const struct command *command = shell_commands; command->name != NULL; command++) {
        sys_print("  %-8s %-20s %s\n", command->name, command->arguments, command->help);
    }
    sys_print("Tab completes commands and files, the up key brings earlier lines back.\n");
}

static void command_echo(struct shell *shell, int argc, char **argv)
{
    (void)shell;
    for (int i = 1; i < argc; i++) {
        sys_print(i > 1 ? " %s" : "%s", argv[i]);
    }
    sys_print("\n");
}

static void command_time(struct shell *shell, int argc, char **argv)
{
    uint64_t begin = sys_clock_now_ns();
    shell_run(shell, argc - 1, argv + 1);
    uint64_t us = (sys_clock_now_ns() - begin) / 1000;
    sys_print("%lu.%06lu s\n", us / 1000000, us % 1000000);
}

const struct command shell_commands[] = {
    {"caps", "PROGRAM", "what a program holds", 1, 1, command_caps},
    {"cat", "FILE...", "print files", 1, SHELL_ARGUMENTS_MAX, command_cat},
    {"echo", "TEXT...", "print a text", 0, SHELL_ARGUMENTS_MAX, command_echo},
    {"help", "", "this list", 0, 0, command_help},
    {"kill", "PROGRAM", "end a program; its restart policy decides what follows", 1, 1,
     command_kill},
    {"log", "", "print the kernel log", 0, 0, command_log},
    {"ls", "[BEGINNING]", "list files, their sizes, and r if read-only", 0, 1, command_ls},
    {"mem", "", "who uses how much memory", 0, 0, command_mem},
    {"poweroff", "[CODE]", "switch the machine off", 0, 1, command_poweroff},
    {"ps", "", "list programs", 0, 0, command_ps},
    {"reboot", "", "start the machine again", 0, 0, command_reboot},
    {"rm", "FILE...", "remove files", 1, SHELL_ARGUMENTS_MAX, command_rm},
    {"run", "PROGRAM [ARGUMENT...]", "start a program and wait until it ends", 1,
     SHELL_ARGUMENTS_MAX, command_run},
    {"time", "COMMAND...", "run a command and say how long it took", 1, SHELL_ARGUMENTS_MAX,
     command_time},
    {"trace", "[COMMAND...]", "print what the kernel did last, or during a command", 0,
     SHELL_ARGUMENTS_MAX, command_trace},
    {"uptime", "", "how long the machine runs, and how much of that it was idle", 0, 0,
     command_uptime},
    {"write", "FILE TEXT...", "make FILE contain a line of text", 2, SHELL_ARGUMENTS_MAX,
     command_write},
    {NULL, NULL, NULL, 0, 0, NULL},
};

void shell_complain(const char *command, const char *thing, tn_status_t status, const char *remedy)
{
    sys_print("%s: %s: %s%s%s\n", command, thing, tn_status_text(status), remedy != NULL ? " " : "",
              remedy != NULL ? remedy : "");
}

/* The command that @p word was probably meant to be, or NULL. */
static const struct command *nearest_command(const char *word)
{
    const struct command *nearest = NULL;
    size_t limit = nearest_limit(word);
    for (const struct command *command = shell_commands; command->name != NULL; command++) {
        size_t distance = nearest_distance(word, command->name);
        if (distance <= limit) {
            nearest = command;
            limit = distance - 1; /* Not 0: the word is none of them. */
        }
    }
    return nearest;
}

static void complain_unknown(const char *word)
{
    const struct command *nearest = nearest_command(word);
    if (nearest != NULL) {
        sys_print("%s: there is no such command; did you mean %s?\n", word, nearest->name);
    } else {
        sys_print("%s: there is no such command; type help for a list.\n", word);
    }
}

void shell_run(struct shell *shell, int argc, char **argv)
{
    const struct command *command = shell_commands;
    while (command->name != NULL && strcmp(command->name, argv[0]) != 0) {
        command++;
    }
    if (command->name == NULL) {
        complain_unknown(argv[0]);
    } else if (argc - 1 < command->least || argc - 1 > command->most) {
        sys_print("%s: wrong number of arguments; write: %s %s\n", argv[0], command->name,
                  command->arguments);
    } else {
        command->run(shell, argc, argv);
    }
}

void shell_run_line(struct shell *shell, char *line)
{
    char *argv[SHELL_ARGUMENTS_MAX + 1];
    int argc = 0;
    for (char *at = line; *at != 0;) {
        while (*at == ' ') {
            *at++ = 0;
        }
        if (*at == 0) {
            break;
        }
        if (argc == SHELL_ARGUMENTS_MAX) {
            sys_print("more than %d words; write less.\n", SHELL_ARGUMENTS_MAX);
            return;
        }
        argv[argc++] = at;
        while (*at != 0 && *at != ' ') {
            at++;
        }
    }
    argv[argc] = NULL;
    if (argc > 0) {
        shell_run(shell, argc, argv);
    }
}
