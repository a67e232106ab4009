/* SPDX-License-Identifier: MIT */
/* Objects, rights, and the structures that system calls read and write.
 *
 * Rules: fixed-width members, no padding that is not named, little-endian. The kernel copies a
 * structure once and checks the copy. Sizes and offsets are final. */
#ifndef ABI_OBJECT_H
#define ABI_OBJECT_H

#include <stdint.h>

/** A handle: names an object in the table of one process. Never 0. */
typedef uint32_t tn_handle_t;

/** No handle; as a process argument: the calling process itself. */
#define TN_HANDLE_NONE 0u

/** What a place in a process's handle table costs its container, used or not, in bytes. */
#define TN_HANDLE_BYTES 64

/** Types of objects. */
enum tn_type {
    TN_TYPE_NONE = 0,         /**< No object: an empty slot. */
    TN_TYPE_PROCESS = 1,      /**< Address space, handle table, threads. */
    TN_TYPE_THREAD = 2,       /**< A flow of control in a process. */
    TN_TYPE_CONTEXT = 3,      /**< Scheduling context: the right to use CPU time. */
    TN_TYPE_ENDPOINT = 4,     /**< Where messages meet receivers. */
    TN_TYPE_NOTIFICATION = 5, /**< A word of bits. */
    TN_TYPE_MEMORY = 6,       /**< Memory object: pages. */
    TN_TYPE_INTERRUPT = 7,    /**< One interrupt line. */
    TN_TYPE_IO_RANGE = 8,     /**< A range of ports, device addresses or interrupt numbers. */
    TN_TYPE_TIMER = 9,        /**< Signals a notification at a time. */
    TN_TYPE_CONTAINER = 10,   /**< Resource container: pays for objects. */
    TN_TYPE_MACHINE = 11,     /**< Log, trace, device list, power. */
    TN_TYPE_COUNT = 12,       /**< One more than the highest. */
};

/** Rights of a handle: bits 0-3 mean something on every type, 4-7 depend on the type. */
#define TN_RIGHT_DUPLICATE 0x01u /**< May be duplicated and installed elsewhere. */
#define TN_RIGHT_MANAGE    0x02u /**< May be configured, started, ended, revoked from. */
#define TN_RIGHT_INSPECT   0x04u /**< Its state may be read. */
#define TN_RIGHT_MINT      0x08u /**< Endpoints: badged handles may be made from it. */
#define TN_RIGHT_SEND      0x10u /**< Endpoints: call and send. Notifications: signal. */
#define TN_RIGHT_RECEIVE   0x20u /**< Endpoints: receive. Notifications: wait and bind. */
#define TN_RIGHT_READ      0x10u /**< Memory: map for reading. I/O ranges: read. Machine: log, trace. */
#define TN_RIGHT_WRITE     0x20u /**< Memory: map for writing. I/O ranges: write. Machine: log. */
#define TN_RIGHT_EXECUTE   0x40u /**< Memory: map for execution. */
#define TN_RIGHT_SPEND     0x10u /**< Containers: make objects that it pays for. */
#define TN_RIGHT_POWER     0x80u /**< Machine: power off, reboot. */
#define TN_RIGHTS_ALL      0xffu /**< Every right the source handle has. */

/** What handle_info tells. */
struct tn_handle_info {
    uint64_t object_id; /**< Number of the object; two handles to one object show the same. */
    uint64_t badge;     /**< 0 if unbadged. */
    uint32_t type;      /**< enum tn_type. */
    uint32_t rights;    /**< TN_RIGHT_ bits. */
};
_Static_assert(sizeof(struct tn_handle_info) == 24, "final");

/** Flags of process_create. */
#define TN_PROCESS_FPU 0x1u /**< Its threads may use FPU and SIMD registers. */

/** What process_info tells. */
struct tn_process_info {
    uint64_t object_id;    /**< Number of the process. */
    uint64_t mapped_bytes; /**< Sum of its mappings. */
    uint64_t cpu_ns;       /**< Time its threads ran, whoever paid. */
    uint32_t thread_count; /**< Threads it has now. */
    uint32_t handle_count; /**< Handles it has now. */
    uint32_t state;        /**< enum tn_process_state. */
    int32_t exit_code;     /**< Meaningful once ended. */
};
_Static_assert(sizeof(struct tn_process_info) == 40, "final");

/** What has become of a process: in this order, never back. */
enum tn_process_state {
    TN_PROCESS_ALIVE = 0,  /**< It may run. */
    TN_PROCESS_ENDING = 1, /**< What it had is being returned. */
    TN_PROCESS_DEAD = 2,   /**< Only its number is left. */
};

/** Where and how a thread begins. */
struct tn_thread_start {
    uint64_t pc;        /**< First instruction. */
    uint64_t sp;        /**< Stack pointer; aligned to 16. */
    uint64_t argument;  /**< First C argument of the entry function. */
    uint64_t argument2; /**< Second C argument. */
    uint64_t tls;       /**< Thread pointer: FS base, TPIDR_EL0. */
    uint32_t flags;     /**< 0. */
    uint32_t container; /**< Pays for the thread. */
};
_Static_assert(sizeof(struct tn_thread_start) == 48, "final");

/** What thread_info tells. */
struct tn_thread_info {
    uint64_t id;       /**< Number of the thread; stays the same until it ends. */
    uint64_t cpu_ns;   /**< Time it ran; sampled when the kernel picks who runs, so that what passed
                        *   before a direct switch counts for the thread after it. */
    uint64_t pc;       /**< Where it last entered the kernel. */
    uint32_t state;    /**< enum tn_thread_state. */
    uint32_t priority; /**< Of the context it has or had last; 0 without one. */
    uint32_t cpu;      /**< Where it runs or ran last. */
    uint32_t reserved; /**< 0. */
};
_Static_assert(sizeof(struct tn_thread_info) == 40, "final");

/** What a thread does, or waits for. */
enum tn_thread_state {
    TN_THREAD_SUSPENDED = 0, /**< Not started, or suspended. */
    TN_THREAD_READY = 1,     /**< Runs, or would if it had a CPU and a context with budget. */
    TN_THREAD_SENDING = 2,   /**< Waits to be received. */
    TN_THREAD_REPLY = 3,     /**< Was received; waits for the reply. */
    TN_THREAD_RECEIVING = 4, /**< Waits for a message or signal. */
    TN_THREAD_WAITING = 5,   /**< Waits for a notification or a word. */
    TN_THREAD_SLEEPING = 6,  /**< Waits for a time. */
    TN_THREAD_FAULTED = 7,   /**< Waits for its fault handler. */
    TN_THREAD_DEAD = 8,      /**< Ended. */
};

/** A thread's registers, for thread_read_regs and thread_write_regs.
 *  general[]: x86_64 rax rbx rcx rdx rsi rdi rbp r8-r15 (15), ARM64 x0-x30 (31). */
struct tn_registers {
    uint64_t general[31]; /**< In the order above; the rest 0. */
    uint64_t sp;          /**< Stack pointer. */
    uint64_t pc;          /**< Program counter. */
    uint64_t flags;       /**< RFLAGS or PSTATE; bits that user mode may not set are ignored. */
    uint64_t tls;         /**< Thread pointer. */
    uint64_t valid;       /**< Bit n: general[n] is kept; bits 31-34: sp, pc, flags, tls. */
};
_Static_assert(sizeof(struct tn_registers) == 288, "final");

/** What memory_map is asked for. */
struct tn_map_request {
    uint64_t va;     /**< Page-aligned address, or 0: the kernel chooses. */
    uint64_t offset; /**< Page-aligned offset in the object. */
    uint64_t size;   /**< Bytes, a multiple of the page size, not 0. */
    uint32_t access; /**< TN_RIGHT_READ, with TN_RIGHT_WRITE or TN_RIGHT_EXECUTE, never both. */
    uint32_t flags;  /**< 0. */
};
_Static_assert(sizeof(struct tn_map_request) == 32, "final");

/** What memory_info tells. */
struct tn_memory_info {
    uint64_t size;      /**< Bytes. */
    uint64_t committed; /**< Bytes that have memory. */
    uint64_t physical;  /**< First physical address if contiguous (device, bundle), else 0. */
    uint32_t mappings;  /**< How many times it is mapped. */
    uint32_t device;    /**< 1 for device registers. */
};
_Static_assert(sizeof(struct tn_memory_info) == 32, "final");

/** What container_info tells: bytes, and threads. */
struct tn_container_info {
    uint64_t limit;        /**< Bytes it may spend. */
    uint64_t used;         /**< What it spends now, its children's limits included. */
    uint64_t peak;         /**< The most it ever spent. */
    uint32_t thread_limit; /**< Threads it may have. */
    uint32_t threads;      /**< Those it has now, its children's limits included. */
};
_Static_assert(sizeof(struct tn_container_info) == 32, "final");

/** Flags of interrupt_create. */
#define TN_INTERRUPT_EDGE 0x1u /**< Edge-triggered; else level. */
#define TN_INTERRUPT_LOW  0x2u /**< Active low; else high. ARM64 ignores it. */

/** What log_read is asked for, and tells. */
struct tn_log_request {
    uint64_t position; /**< Where to read from; updated to where to go on. 0: the oldest. */
    uint64_t buffer;   /**< Address of the buffer. */
    uint64_t size;     /**< Bytes that fit there. */
};
_Static_assert(sizeof(struct tn_log_request) == 24, "final");

/** Longest text of one log_write, in bytes. */
#define TN_LOG_WRITE_MAX 256

/** What trace_read is asked for, and tells. */
struct tn_trace_request {
    uint64_t position; /**< First record wanted; updated to where to go on. 0: the oldest. */
    uint64_t buffer;   /**< Address of an array of struct tn_trace_record. */
    uint64_t count;    /**< Its length. */
    uint32_t cpu;      /**< Whose ring. */
    uint32_t lost;     /**< Receives how many from position on were overwritten before; not read. */
};
_Static_assert(sizeof(struct tn_trace_request) == 32, "final");

/** What happened when, on which CPU, to whom: 32 bytes of a CPU's trace ring. */
struct tn_trace_record {
    uint64_t time_ns;     /**< When. */
    uint16_t cpu;         /**< Where. */
    uint16_t event;       /**< enum tn_trace_event. */
    uint32_t thread;      /**< Number of the thread that ran. */
    uint64_t argument[2]; /**< By event. */
};
_Static_assert(sizeof(struct tn_trace_record) == 32, "final");

/** Events, and their two arguments. */
enum tn_trace_event {
    TN_TRACE_SWITCH = 1,    /**< Another thread runs: its number, its priority; 0, 0: none. */
    TN_TRACE_SYSCALL = 2,   /**< A system call that is not IPC: number, first argument. */
    TN_TRACE_IPC = 3,       /**< An IPC call: number, tag. */
    TN_TRACE_WAKE = 4,      /**< A thread became ready: its number, its priority. */
    TN_TRACE_INTERRUPT = 5, /**< An interrupt: number, 0. */
    TN_TRACE_FAULT = 6,     /**< A fault: enum tn_fault, address. */
    TN_TRACE_TIMEOUT = 7,   /**< A timeout was due: kind, deadline. */
};

/** What machine_info tells. */
struct tn_machine_info {
    uint64_t memory_total;  /**< Bytes of memory that the kernel manages. */
    uint64_t memory_free;   /**< Bytes free now. */
    uint64_t kernel_bytes;  /**< Bytes of the kernel image in memory. */
    uint64_t uptime_ns;     /**< Since kernel entry. */
    uint64_t idle_ns;       /**< Time in which nothing ran, of all CPUs together. */
    uint64_t bundle_bytes;  /**< Size of the boot bundle. */
    uint32_t cpu_count;     /**< CPUs that run. */
    uint32_t device_count;  /**< Entries of machine_device. */
    uint64_t entry_counter; /**< Cycle counter at kernel entry. */
    uint64_t user_counter;  /**< Cycle counter at the first user instruction. */
    char version[32];       /**< Of the kernel, with configuration; zero-terminated. */
    char arch[16];          /**< "x86_64", "arm64", "host"; zero-terminated. */
    char command_line[256]; /**< Of the boot; zero-terminated. */
};
_Static_assert(sizeof(struct tn_machine_info) == 376, "final");

/** A device that the kernel found. */
struct tn_device {
    char name[16];         /**< Kind and index, e.g. "uart0"; zero-terminated. */
    char model[16];        /**< What it is, e.g. "16550", "pl011"; zero-terminated. */
    uint64_t base;         /**< First port or physical address. */
    uint64_t length;       /**< Ports or bytes. */
    uint32_t interrupt;    /**< Its number, or TN_NO_INTERRUPT. */
    uint32_t flags;        /**< TN_DEVICE_PORTS, and TN_INTERRUPT_ flags shifted by 8. */
    uint32_t parameter[4]; /**< By model; else 0. "framebuffer": enum tn_screen_parameter. */
};
_Static_assert(sizeof(struct tn_device) == 72, "final");

/** Parameters of a screen, whose pixels have 32 bits. */
enum tn_screen_parameter {
    TN_SCREEN_WIDTH = 0,  /**< Pixels, 1 to 32,768. */
    TN_SCREEN_HEIGHT = 1, /**< Pixels, 1 to 32,768. */
    TN_SCREEN_STRIDE = 2, /**< Bytes from line to line: a multiple of 4, at least 4 * width. */
    TN_SCREEN_FORMAT = 3, /**< 0: blue in the low byte, then green, red; 1: red, green, blue. */
};

/** Flags of a device. */
#define TN_DEVICE_PORTS     0x1u        /**< base is a port; else a physical address. */
#define TN_DEVICE_IRQ_SHIFT 8           /**< TN_INTERRUPT_ flags stand here. */
#define TN_NO_INTERRUPT     0xffffffffu /**< It has none. */

/** Actions of machine_power. */
enum tn_power {
    TN_POWER_OFF = 0,    /**< Switch off; under QEMU the code becomes its exit status. */
    TN_POWER_REBOOT = 1, /**< Start again. */
};

/** Handles that the first program is started with: its table holds them in this order, at the values
 *  that the kernel puts into struct tn_root_info. */
struct tn_root_info {
    tn_handle_t process;     /**< Itself. */
    tn_handle_t thread;      /**< Its first thread. */
    tn_handle_t context;     /**< That thread's scheduling context. */
    tn_handle_t container;   /**< All memory. */
    tn_handle_t machine;     /**< The machine, all rights. */
    tn_handle_t bundle;      /**< Memory object: the boot bundle, read and execute. */
    tn_handle_t io_ports;    /**< All I/O ports, or 0 where there are none. */
    tn_handle_t io_memory;   /**< All device addresses. */
    tn_handle_t io_irqs;     /**< All interrupt numbers. */
    uint32_t reserved;       /**< 0. */
    uint64_t bundle_va;      /**< Where the bundle is mapped, readable. */
    uint64_t bundle_bytes;   /**< Its size. */
    uint8_t seed[16];        /**< Random bytes, for the stack canaries of programs. */
    uint64_t thread_area[2]; /**< 0; writable. The first thread's thread pointer is this address,
                              *   because on x86_64 a program cannot set it by itself. */
};
_Static_assert(sizeof(struct tn_root_info) == 88, "final");

/** Number of I/O ranges and their kind, in tn_handle_info of an I/O range the badge tells it. */
enum tn_io_kind {
    TN_IO_PORTS = 0,      /**< x86 I/O ports. */
    TN_IO_MEMORY = 1,     /**< Physical addresses of devices. */
    TN_IO_INTERRUPTS = 2, /**< Interrupt numbers. */
};

#endif
