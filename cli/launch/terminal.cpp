#include <cli/launch/terminal.hpp>

#include <csignal>
#include <unistd.h>

namespace cairn::cli {

void Terminal::apply(bool taken) {
    if (taken == is_taken_) return;
    if (!taken) {
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &found_);
        is_taken_ = false;
        return;
    }
    // To change the terminal from the background would stop the process.
    if (::tcgetpgrp(STDIN_FILENO) != ::getpgrp() || ::tcgetattr(STDIN_FILENO, &found_) != 0) return;
    termios quiet = found_;
    // Key by key: what is typed ahead must reach the next line as it was typed, Ctrl-D and all.
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | IEXTEN);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    is_taken_ = ::tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet) == 0;
}

void Terminal::enter() {
    const std::lock_guard lock(mutex_);
    ++users_;
    apply(lent_ == 0);
}

void Terminal::leave() {
    const std::lock_guard lock(mutex_);
    if (--users_ == 0) apply(false);
}

void Terminal::lend() {
    const std::lock_guard lock(mutex_);
    ++lent_;
    apply(false);
}

void Terminal::take_again() {
    const std::lock_guard lock(mutex_);
    if (--lent_ == 0) apply(users_ > 0);
}

void Terminal::give_back() {
    const std::lock_guard lock(mutex_);
    apply(false);
}

void Terminal::hold() {
    const std::lock_guard lock(mutex_);
    apply(users_ > 0 && lent_ == 0);
}

void Terminal::stop_process() {
    const std::lock_guard lock(mutex_);
    const bool was_taken = is_taken_;
    apply(false);
    // To this thread, so that it is this one that stops first: the rest is for afterwards.
    ::pthread_kill(::pthread_self(), SIGSTOP);
    apply(was_taken);
}

} // namespace cairn::cli
