// Niceness of threads, where there is such a thing.
#include <mining/priority.hpp>

#ifdef __linux__
#include <cerrno>
#include <sys/resource.h>
#endif

namespace cairn::mining {

void lower_thread_priority() {
#ifdef __linux__
    // On Linux, "process 0" of these calls is the calling thread (setpriority(2)).
    constexpr int niceness = 10;
    errno = 0;
    const int now = getpriority(PRIO_PROCESS, 0);
    if (errno != 0 || now >= niceness) return;
    // A search at ordinary priority is still a search: a refusal is no fault.
    static_cast<void>(setpriority(PRIO_PROCESS, 0, niceness));
#endif
}

} // namespace cairn::mining
