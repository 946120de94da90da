/*
 * Prepares a machine to be measured, then becomes the loader: /init of the
 * measuring machines, process 1.
 *
 * Given, in the initramfs: /loader; /stage/0.ko, /stage/1.ko ..., the driver of
 * the disk in the order to insert it; and, when memory is to be watched,
 * /stage/watch. The loader is executed when the disk is there, with no argument,
 * no descriptor and no mount that the kernel would not have given to it.
 *
 * The watcher is a child that traces the loader and looks at its memory before
 * and after every system call; between two of them memory only grows, so no peak
 * is missed. (VmHWM would not do: the kernel counts it in portions, one for each
 * processor, which are larger than the loader.) It prints a line on the second
 * serial line whenever there is a new peak, and one when the loader jumps.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static const long KEXEC = 0x45584543;

/* Says what failed on the console and stops: there is nobody to return to. */
static void must(int is_so, const char *what)
{
    if (is_so)
        return;
    perror(what);
    for (;;)
        pause();
}

/* Inserts the modules; then the disk comes up in the background. */
static void wait_for_disk(void)
{
    char name[32];
    int file;

    for (int i = 0;; i++) {
        sprintf(name, "/stage/%d.ko", i);
        file = open(name, O_RDONLY);
        if (file < 0)
            break;
        must(syscall(SYS_finit_module, file, "", 0) == 0, name);
        close(file);
    }
    must(mkdir("/stage/sys", 0700) == 0, "mkdir");
    must(mount("sysfs", "/stage/sys", "sysfs", 0, NULL) == 0, "mount");
    while (access("/stage/sys/class/block/pmem0", F_OK) != 0)
        usleep(10000);
    must(umount("/stage/sys") == 0, "umount");
}

/* Bytes of memory a process has: of its own, and pages of files beside it. */
struct memory {
    long all, own, stack;
};

static struct memory memory_of(const char *smaps)
{
    FILE *file = fopen(smaps, "r");
    struct memory sum = {0, 0, 0};
    char text[256];
    int is_stack = 0;
    long kib;

    must(file != NULL, smaps);
    while (fgets(text, sizeof text, file)) {
        if (strchr(text, '-'))  /* the addresses of the next mapping */
            is_stack = strstr(text, "[stack]") != NULL;
        if (sscanf(text, "Rss: %ld", &kib) == 1)
            sum.all += kib * 1024;
        if (sscanf(text, "Anonymous: %ld", &kib) == 1) {
            sum.own += kib * 1024;
            sum.stack += is_stack ? kib * 1024 : 0;
        }
    }
    fclose(file);
    return sum;
}

/* Lets process 1 run to its next stop and says what kind of stop that is. */
static int next_stop(int signal)
{
    int status;

    must(ptrace(PTRACE_SYSCALL, 1, 0, signal) == 0, "PTRACE_SYSCALL");
    must(waitpid(1, &status, __WALL) == 1 && WIFSTOPPED(status), "waitpid");
    return status >> 8;
}

/* Whether process 1 is about to jump to the next kernel. */
static int jumps(void)
{
    struct user_regs_struct regs;

    must(ptrace(PTRACE_GETREGS, 1, 0, &regs) == 0, "PTRACE_GETREGS");
    return regs.orig_rax == SYS_reboot && regs.rdx == KEXEC;
}

/* Watches process 1 from its next execve() on; `ready` is closed when it may go. */
static void watch(int ready)
{
    FILE *line;
    struct memory now, most = {0, 0, 0};
    int is_loader = 0, stop, status;

    /* Mounts of the watcher's own, which the loader does not see. */
    must(unshare(CLONE_NEWNS) == 0, "unshare");
    must(mkdir("/stage/proc", 0700) == 0, "mkdir");
    must(mount("proc", "/stage/proc", "proc", 0, NULL) == 0, "mount");
    must(mknod("/stage/line", S_IFCHR | 0600, makedev(4, 65)) == 0, "mknod");
    line = fopen("/stage/line", "w");
    must(line != NULL, "second serial line");

    must(ptrace(PTRACE_SEIZE, 1, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC) == 0,
         "PTRACE_SEIZE");
    must(ptrace(PTRACE_INTERRUPT, 1, 0, 0) == 0, "PTRACE_INTERRUPT");
    must(waitpid(1, &status, __WALL) == 1, "waitpid");
    close(ready);
    for (stop = 0;;) {
        /* A stop for a signal is the only one that is of neither kind. */
        int is_call = stop == (SIGTRAP | 0x80), is_event = stop > 0xff;

        stop = next_stop(is_call || is_event ? 0 : stop);
        is_loader |= stop == (SIGTRAP | PTRACE_EVENT_EXEC << 8);
        if (!is_loader)
            continue;
        now = memory_of("/stage/proc/1/smaps");
        if (now.all > most.all || now.own > most.own || now.stack > most.stack) {
            most.all = now.all > most.all ? now.all : most.all;
            most.own = now.own > most.own ? now.own : most.own;
            most.stack = now.stack > most.stack ? now.stack : most.stack;
            fprintf(line, "memory %ld own %ld stack %ld\n", most.all, most.own, most.stack);
        }
        if (jumps())
            fputs("jump\n", line);
        fflush(line);
        tcdrain(fileno(line));
    }
}

int main(void)
{
    int ends[2];
    char byte;

    wait_for_disk();
    if (access("/stage/watch", F_OK) == 0) {
        must(pipe(ends) == 0, "pipe");
        if (fork() == 0) {
            close(ends[0]);
            watch(ends[1]);
        }
        close(ends[1]);
        read(ends[0], &byte, 1);
        close(ends[0]);
    }
    execl("/loader", "/init", NULL);
    must(0, "/loader");
}
