// cairn: the program. Everything is in launch/run.hpp.
#include <cli/launch/run.hpp>

#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <vector>

namespace {

/// Who starts us may have closed standard input or output. Then the first files that are opened would take
/// their numbers, and what is printed would be written into them.
bool hold_standard_descriptors() {
    for (int descriptor = 0; descriptor <= 2; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) >= 0) continue;
        if (::open("/dev/null", O_RDWR) != descriptor) return false; // the lowest free number
    }
    return true;
}

} // namespace

int main(int argc, char** argv) {
    if (!hold_standard_descriptors()) return EXIT_FAILURE;
    return cairn::cli::run_program(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
