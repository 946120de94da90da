/*
 * A plugin for QEMU that says what one run of the loader costs in guest
 * instructions, and where they go.
 *
 *   -plugin file=icount.so,low=ADDRESS,high=ADDRESS,out=FILE
 *
 * Given: where the loader's machine code lies (from its ELF file; it is static,
 * so the addresses are those it runs at) and a file to write.
 *
 * Counting starts at the loader's first `syscall` instruction and ends at the
 * one that asks reboot(2) for LINUX_REBOOT_CMD_KEXEC. Then the file is written
 * and QEMU ends: what comes after belongs to the next kernel. Every instruction
 * of the machine counts, and goes to one of three accounts:
 *
 *   own           the loader's own code
 *   call NUMBER   from a `syscall` instruction until the loader runs again; what
 *                 interrupts and kernel threads do meanwhile is in it
 *   between       everything else: page faults of the loader, and interrupts
 *                 while its own code runs
 *
 * The prototypes below are the few of QEMU's plugin interface that are used
 * here; it promises them to plugins, and its header is not always packaged.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tb;
struct insn;
struct scoreboard;
struct reg;

struct counter {            /* qemu_plugin_u64 */
    struct scoreboard *board;
    size_t offset;
};

struct reg_name {           /* qemu_plugin_reg_descriptor */
    struct reg *handle;
    const char *name;
    const char *feature;
};

struct array {              /* the public part of GArray and GByteArray */
    void *data;
    unsigned len;
};

enum { ADD = 0 };           /* qemu_plugin_op */
enum { READS_REGISTERS = 1 };   /* qemu_plugin_cb_flags */

size_t qemu_plugin_tb_n_insns(const struct tb *);
struct insn *qemu_plugin_tb_get_insn(const struct tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct insn *);
struct scoreboard *qemu_plugin_scoreboard_new(size_t);
uint64_t qemu_plugin_u64_get(struct counter, unsigned);
void qemu_plugin_register_vcpu_init_cb(uint64_t, void (*)(uint64_t, unsigned));
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t, void (*)(uint64_t, struct tb *));
void qemu_plugin_register_vcpu_insn_exec_cb(struct insn *, void (*)(unsigned, void *), int, void *);
void qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(struct insn *, int, struct counter, uint64_t);
size_t qemu_plugin_insn_data(const struct insn *, void *, size_t);
struct array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct reg *, struct array *);
struct array *g_byte_array_new(void);
struct array *g_byte_array_set_size(struct array *, unsigned);

__attribute__((visibility("default"))) int qemu_plugin_version = 4;

enum { REBOOT = 169, CALLS = 512, NONE = -1 };
static const uint64_t KEXEC = 0x45584543;

static uint64_t low, high;      /* the loader's code */
static const char *out;         /* the file to write */
static struct counter executed; /* every instruction of the machine */
static struct reg *rax, *rdx;
static struct array *bytes;

static bool started, ended;
static uint64_t first;          /* `executed` at the first call */
static uint64_t last;           /* `executed` when the loader last ran */
static int call = NONE;         /* the call it is inside of */
static uint64_t own, between, count[CALLS], cost[CALLS];

static uint64_t value_of(struct reg *reg)
{
    uint64_t value = 0;

    g_byte_array_set_size(bytes, 0);
    qemu_plugin_read_register(reg, bytes);
    if (bytes->len >= sizeof value)
        memcpy(&value, bytes->data, sizeof value);
    return value;
}

static void report(uint64_t now)
{
    FILE *file = fopen(out, "w");

    if (!file) {
        perror(out);
        _exit(1);
    }
    fprintf(file, "total %lu\nown %lu\nbetween %lu\n", now - first, own, between);
    for (int i = 0; i < CALLS; i++)
        if (count[i])
            fprintf(file, "call %d %lu %lu\n", i, count[i], cost[i]);
    if (fclose(file)) {
        perror(out);
        _exit(1);
    }
    _exit(0);
}

/* The loader is about to execute one instruction of its own. */
static void step(unsigned cpu, void *is_call)
{
    uint64_t now, passed;

    if (ended || (!started && !is_call))
        return;
    now = qemu_plugin_u64_get(executed, cpu);
    if (!started) {
        started = true;
        first = last = now - 1;
    }
    /* `executed` counts this instruction already; what lies between it and the
     * one before went to the call that was made there, or else to nobody. */
    passed = now - last - 1;
    if (call != NONE) {
        cost[call] += passed;
        call = NONE;
    } else {
        between += passed;
    }
    last = now;
    own++;
    if (!is_call)
        return;
    call = value_of(rax) % CALLS;
    count[call]++;
    if (call == REBOOT && value_of(rdx) == KEXEC) {
        ended = true;
        report(now);
    }
}

static void translated(uint64_t id, struct tb *tb)
{
    size_t n = qemu_plugin_tb_n_insns(tb);

    for (size_t i = 0; i < n; i++) {
        struct insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t at = qemu_plugin_insn_vaddr(insn);

        qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, ADD, executed, 1);
        if (at >= low && at < high) {
            uint8_t code[2] = {0};

            qemu_plugin_insn_data(insn, code, sizeof code);
            qemu_plugin_register_vcpu_insn_exec_cb(insn, step, READS_REGISTERS,
                code[0] == 0x0f && code[1] == 0x05 ? &call : NULL);
        }
    }
}

static void find_registers(uint64_t id, unsigned cpu)
{
    struct array *all = qemu_plugin_get_registers();
    const struct reg_name *names = all->data;

    for (unsigned i = 0; i < all->len; i++) {
        if (!strcmp(names[i].name, "rax"))
            rax = names[i].handle;
        if (!strcmp(names[i].name, "rdx"))
            rdx = names[i].handle;
    }
    if (!rax || !rdx) {
        fputs("icount: this QEMU does not show rax and rdx to plugins\n", stderr);
        _exit(1);
    }
}

__attribute__((visibility("default")))
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "low=", 4))
            low = strtoull(argv[i] + 4, NULL, 0);
        else if (!strncmp(argv[i], "high=", 5))
            high = strtoull(argv[i] + 5, NULL, 0);
        else if (!strncmp(argv[i], "out=", 4))
            out = strdup(argv[i] + 4);
    }
    if (!out || low >= high) {
        fputs("icount: low=, high= and out= are needed\n", stderr);
        return 1;
    }
    bytes = g_byte_array_new();
    executed.board = qemu_plugin_scoreboard_new(sizeof(uint64_t));
    qemu_plugin_register_vcpu_init_cb(id, find_registers);
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return 0;
}
