#include <cli/output/pager.hpp>
#include <cli/output/printer.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <string_view>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <vector>

namespace cairn::cli {

namespace {

/// The environment for the pager: where the user did not say otherwise, less quits where all fits the screen,
/// shows colours, and leaves the text on the screen.
std::vector<std::string> pager_environment() {
    std::vector<std::string> all;
    for (char** each = environ; *each != nullptr; ++each) all.emplace_back(*each);
    if (std::getenv("LESS") == nullptr) all.emplace_back("LESS=FRX");
    if (std::getenv("LESSSECURE") == nullptr) all.emplace_back("LESSSECURE=1"); // what is shown stays here
    return all;
}

/// A shell that runs the command with the read end as its input, and signals as a new program has them.
pid_t spawn_shell(const std::string& command, int input) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    ::posix_spawnattr_init(&attributes);
    sigset_t none, standard;
    sigemptyset(&none);
    sigemptyset(&standard);
    for (const int signal : {SIGPIPE, SIGXFSZ}) sigaddset(&standard, signal);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &standard);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    std::string shell = "sh", option = "-c", text = command;
    std::array<char*, 4> arguments = {shell.data(), option.data(), text.data(), nullptr};
    auto variables = pager_environment();
    std::vector<char*> pointers;
    for (auto& each : variables) pointers.push_back(each.data());
    pointers.push_back(nullptr);
    pid_t child = -1;
    if (::posix_spawn(&child, "/bin/sh", &files, &attributes, arguments.data(), pointers.data()) != 0)
        child = -1;
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
    return child;
}

bool is_to_end(const Signals& signals) {
    return signals.reason() == Signals::Reason::terminated || signals.reason() == Signals::Reason::timeout;
}

/// Writes as the pager reads. It may be ended before it has read all: that is no fault.
void feed(int descriptor, std::string_view text, Signals& signals) {
    while (!text.empty() && !is_to_end(signals)) {
        std::array<pollfd, 2> waited = {pollfd{descriptor, POLLOUT, 0},
                                        pollfd{signals.descriptor(), POLLIN, 0}};
        if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) return;
        if (waited[1].revents != 0) signals.take(); // Ctrl-C is the pager's
        if (waited[0].revents == 0) continue;
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno != EINTR && errno != EAGAIN) return;
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
}

} // namespace

bool is_on_path(const std::string& command, const std::string& path) {
    const auto program = command.substr(0, command.find(' '));
    std::istringstream folders(path);
    for (std::string folder; std::getline(folders, folder, ':');)
        if (::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
    return false;
}

std::string pager_command(const std::string& setting,
                          const std::function<std::optional<std::string>(const char*)>& environment) {
    if (setting == "off") return {};
    if (setting != "auto") return setting;
    for (const char* name : {"CAIRN_PAGER", "PAGER"})
        if (const auto command = environment(name)) return *command == "cat" ? std::string() : *command;
    return is_on_path("less", environment("PATH").value_or("/usr/bin:/bin")) ? "less" : "";
}

bool shows_colour(const std::string& command) {
    const auto end = command.find(' ');
    const auto program = std::string_view(command).substr(0, end);
    return program == "less" || program.ends_with("/less");
}

bool needs_pager(const std::string& text, unsigned rows, unsigned columns) {
    std::size_t shown = 0;
    for (std::size_t at = 0; at < text.size() && shown < rows;) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto width = display_width(std::string_view(text).substr(at, end - at));
        shown += std::max<std::size_t>(1, (width + columns - 1) / columns);
        at = end + 1;
    }
    return shown >= rows;
}

bool show_in_pager(const std::string& command, const std::string& text, Signals& signals) {
    const Terminal::Lent lent(signals.terminal());
    std::array<int, 2> ends = {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    ::tcflush(STDIN_FILENO, TCIFLUSH); // what was typed ahead was meant for the prompt
    const pid_t child = spawn_shell(command, ends[0]);
    ::close(ends[0]);
    if (child < 0) {
        ::close(ends[1]);
        return false;
    }
    ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
    feed(ends[1], text, signals);
    ::close(ends[1]);
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        pollfd waited{signals.descriptor(), POLLIN, 0};
        ::poll(&waited, 1, 20); // a keystroke's time: the pager's end is not felt
        if (is_to_end(signals)) ::kill(child, SIGTERM);
        if (waited.revents != 0) signals.take();
    }
    constexpr int not_found = 127; // the shell's word for it
    return !(WIFEXITED(status) && WEXITSTATUS(status) == not_found);
}

} // namespace cairn::cli
