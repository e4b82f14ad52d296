// cairn: the program. Everything is in launch/run.hpp.
#include <cli/launch/run.hpp>

#include <string>
#include <vector>

int main(int argc, char** argv) {
    return cairn::cli::run_program(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
