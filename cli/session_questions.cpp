// What a session asks of the user: secrets and consent.
#include <cli/launch/places.hpp>
#include <cli/launch/secrets.hpp>
#include <cli/output/wrap.hpp>
#include <cli/session_state.hpp>

namespace cairn::cli {

bool Session::can_ask() const {
    return state_->streams.in_is_terminal() && state_->streams.err_is_terminal();
}

Expected<crypto::SecretBytes> Session::ask_password(std::string_view what) {
    State& state = *state_;
    const auto from_file = [&](const std::filesystem::path& file) -> Expected<crypto::SecretBytes> {
        auto secret = secret_from_file(file, state.signals);
        if (!secret && stop().stop_requested()) return fail(stop_failure());
        return secret;
    };
    if (state.options.password_file) return from_file(*state.options.password_file);
    if (state.options.password_fd) {
        if (!state.descriptor_secret) {
            auto secret = secret_from_descriptor(*state.options.password_fd, state.signals);
            if (!secret && stop().stop_requested()) return fail(stop_failure());
            if (!secret) return secret;
            state.descriptor_secret = std::move(*secret);
        }
        return state.descriptor_secret->clone();
    }
    if (const auto file = process_environment()("CAIRN_PASSWORD_FILE")) return from_file(*file);
    if (!can_ask())
        return failure(Exit::locked, "no_password", std::string(what) + ": nobody can be asked for it here",
                       "give it by --password-file F, --password-fd N or CAIRN_PASSWORD_FILE");
    return ask_at_terminal(state.streams, state.signals, std::string(what) + ": ", false);
}

Expected<crypto::SecretBytes> Session::ask_new_password(std::string_view what) {
    const bool typed = !state_->options.password_file && !state_->options.password_fd &&
                       !process_environment()("CAIRN_PASSWORD_FILE") && can_ask();
    auto first = ask_password(what);
    if (!first || !typed) return first;
    if (first->empty()) return failure(Exit::usage, "bad_password", "the password is empty");
    auto second = ask_at_terminal(state_->streams, state_->signals, "Once more: ", false);
    if (!second) return second;
    if (first->text() != second->text())
        return failure(Exit::usage, "passwords_differ", "the two passwords differ", "try again");
    return first;
}

Expected<crypto::SecretBytes> Session::ask_secret(std::string_view what, std::string_view flag) {
    if (!can_ask())
        return failure(Exit::locked, "no_secret", std::string(what) + ": nobody can be asked for it here",
                       "give it by " + std::string(flag));
    return ask_at_terminal(state_->streams, state_->signals, std::string(what) + ": ", false);
}

Expected<void> Session::confirm(std::string_view question, std::string_view must_type) {
    if (state_->options.yes || state_->line.yes) return {};
    if (!can_ask())
        return failure(Exit::declined, "needs_yes", std::string(question) + ": nobody can be asked here",
                       "agree with --yes");
    const auto width = state_->streams.width();
    const std::string text = must_type.empty() ? wrap_at_words(std::string(question) + "? [y/N] ", width)
                                               : wrap_question(std::string(question) + "?", must_type, width);
    auto answer = ask_at_terminal(state_->streams, state_->signals, text, true);
    if (!answer) return fail(std::move(answer.error()));
    const std::string typed(answer->text());
    const bool agreed =
        must_type.empty() ? typed == "y" || typed == "Y" || typed == "yes" : typed == must_type;
    if (!agreed) return failure(Exit::declined, "declined", "not done");
    return {};
}

} // namespace cairn::cli
