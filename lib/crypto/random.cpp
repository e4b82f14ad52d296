#include <base/fault.hpp>
#include <crypto/random.hpp>

#include <cerrno>
#include <sys/random.h>
#include <system_error>

namespace cairn::crypto {

void SystemRandom::fill(std::span<Byte> out) {
    while (!out.empty()) {
        const ::ssize_t got = ::getrandom(out.data(), out.size(), 0); // large requests may come back short
        if (got > 0) {
            out = out.subspan(static_cast<std::size_t>(got));
        } else if (got == 0 || errno != EINTR) {
            throw Fault("the system gives no randomness: " + std::generic_category().message(errno));
        }
    }
}

} // namespace cairn::crypto
