# shellcheck shell=sh
# Changes a source tree of Linux before it is built for a floppy: the drivers of Intel's
# performance counters are left out, as in a kernel without support for Intel's processors,
# which this one keeps (26 KB on i486, 29 KB on x86_64). There is no option for it.
#
#   sh prepare.sh SOURCE
set -eu
cd "$1/arch/x86"
sed -i 's/CONFIG_CPU_SUP_INTEL/CONFIG_PERF_EVENTS_INTEL/' \
    events/Makefile events/perf_event.h include/asm/perf_event.h include/asm/intel_pt.h \
    mm/cpu_entry_area.c
