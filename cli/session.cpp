#include <base/utf8.hpp>
#include <base/version.hpp>
#include <cli/command.hpp>
#include <cli/launch/key_worker.hpp>
#include <cli/launch/network_options.hpp>
#include <cli/launch/opening.hpp>
#include <cli/launch/places.hpp>
#include <cli/output/event_record.hpp>
#include <cli/output/json_text.hpp>
#include <cli/output/wrap.hpp>
#include <cli/session_state.hpp>
#include <transport/sockets.hpp>

#include <algorithm>
#include <array>
#include <poll.h>

namespace cairn::cli {

namespace {

bool is_smart_terminal(const Streams& streams) {
    return streams.err_is_terminal() && process_environment()("TERM").value_or("dumb") != "dumb";
}

} // namespace

Session::Session(LaunchOptions options, Settings settings, std::filesystem::path directory, Streams& streams,
                 Signals& signals)
    : state_(std::make_unique<State>(std::move(options), std::move(settings), std::move(directory), streams,
                                     signals, is_smart_terminal(streams))) {}

Session::~Session() = default;

// --- the network and the data directory ---

const consensus::Network& Session::network() const { return *state_->network; }

std::string Session::to_text(const crypto::Address& address) const {
    return crypto::to_text(address, prefix());
}

const std::filesystem::path& Session::directory() const { return state_->directory; }

wallet::WalletDirectory& Session::wallets() { return *state_->wallets; }

Expected<wallet::Contacts*> Session::contacts() {
    if (!state_->contacts) {
        auto opened = wallet::Contacts::open(state_->directory, prefix());
        if (!opened) return fail(failure_of(opened.error()));
        state_->contacts.emplace(std::move(*opened));
    }
    return &*state_->contacts;
}

Expected<wallet::Wallet*> Session::wallet(std::string_view name) {
    return open_wallets().get(name, std::chrono::steady_clock::now());
}

OpenWallets& Session::open_wallets() { return *state_->open_wallets; }

Expected<std::string> Session::current_wallet_name() const {
    if (!state_->line.wallet.empty()) return state_->line.wallet;
    if (state_->options.wallet) return *state_->options.wallet;
    if (auto name = state_->wallets->current()) return std::move(*name);
    return failure(Exit::not_found, "no_wallet", "there is no current wallet",
                   "make one with `wallet new NAME`, or choose one with `wallet use NAME` or --wallet NAME");
}

Expected<wallet::Wallet*> Session::current_wallet() {
    auto name = current_wallet_name();
    if (!name) return fail(std::move(name.error()));
    return wallet(*name);
}

Expected<void> Session::unlock(wallet::Wallet& wallet) {
    if (!wallet.is_locked()) return {};
    auto password = ask_password("Password of " + wallet.name());
    if (!password) return fail(std::move(password.error()));
    if (auto unlocked = wallet.unlock(*password, state_->random, key_deriver()); !unlocked)
        return fail(failure_of(unlocked.error()));
    return {};
}

wallet::DeriveKey Session::key_deriver() {
    return [this](crypto::SecretBytes password, const ByteArray<32>& salt,
                  const crypto::ScryptParameters& parameters) {
        return derive_key_aside(state_->progress, std::move(password), salt, parameters, stop());
    };
}

// --- opening ---

Expected<void> Session::provide(Needs needs) {
    State& state = *state_;
    if (needs == Needs::nothing) return {};
    if (!state.network) {
        if (auto fit = check_place(state.directory); !fit) return fit;
        const bool scratch = state.options.scratch;
        auto network = choose_network(state.directory, state.options.network,
                                      scratch ? "dev" : state.settings.network.value_or("main"));
        if (!network) return fail(std::move(network.error()));
        state.network.emplace(std::move(*network));
    }
    if (needs == Needs::network) return {};
    if (!state.lock) {
        if (state.options.scratch && !state.scratch) {
            state.scratch.emplace(process_environment());
            state.directory = state.scratch->path();
        }
        std::string command = state.options.daemon ? "cairn --daemon" : "cairn";
        for (const auto& script : state.options.scripts)
            if (script.is_file) command += " -f " + script.text;
        for (const auto& word : state.options.command) command += " " + word;
        auto opened = DataDirectory::open(state.directory, *state.network, command);
        if (!opened) return fail(std::move(opened.error()));
        state.lock.emplace(std::move(*opened));
        state.wallets.emplace(state.directory);
        state.open_wallets.emplace(*state.wallets);
    }
    if (needs == Needs::directory || state.core) return {};
    net::CoreOptions options;
    options.directory = state.directory;
    options.node.chain.max_reorg = state.settings.max_reorg;
    if (state.network->id() == consensus::dev_network().id()) options.node.mempool.min_units_per_byte = 0;
    options.mining_threads = state.settings.mining_threads;
    options.reindex = state.options.reindex;
    options.node.agent = std::string("cairn/") + std::string(version);
    if (auto fine = set_network_options(options, state.options, state.streams.in_is_terminal()); !fine)
        return fine;
    try {
        state.core = std::make_unique<net::Core>(*state.network, std::move(options));
    } catch (const net::CannotListen& why) {
        return failure(Exit::network, "cannot_listen", why.what(),
                       "choose another port, or --listen auto for a free one");
    }
    if (state.options.events) state.watch.emplace(*this);
    if (const auto at = state.core->listening()) remark("Listening on " + net::to_text(*at) + ".");
    for (const auto& text : opening_remarks(state.core->open_report(), state.core->stores_report()))
        remark(text);
    return {};
}

net::Core& Session::core() { return *state_->core; }
bool Session::core_is_open() const { return state_->core != nullptr; }

void Session::close() {
    state_->tap = nullptr;
    state_->notices = nullptr;
    state_->payments = nullptr;
    state_->watch.reset();
    state_->core.reset();
    state_->open_wallets.reset();
    state_->contacts.reset();
    state_->wallets.reset();
    state_->lock.reset();
    state_->scratch.reset();
}

// --- waiting ---

Expected<void> Session::stopped_or_fine() const {
    if (!stop().stop_requested()) return {};
    return fail(stop_failure());
}

Expected<void> Session::wait_until_ready(const std::function<bool(std::chrono::milliseconds)>& ready) {
    while (!ready(std::chrono::milliseconds(20))) {
        if (auto fine = stopped_or_fine(); !fine) return fine;
        pump(false);
    }
    return {};
}

Expected<bool> Session::wait_for_events(std::chrono::milliseconds at_most) {
    if (auto fine = stopped_or_fine(); !fine) return fail(std::move(fine.error()));
    std::array<pollfd, 2> waited = {pollfd{state_->signals.descriptor(), POLLIN, 0},
                                    pollfd{notice_descriptor(), POLLIN, 0}};
    const auto span = std::clamp<std::int64_t>(at_most.count(), 0, 3'600'000);
    const int ready = ::poll(waited.data(), waited.size(), static_cast<int>(span));
    if (ready > 0 && waited[0].revents != 0) {
        if (auto fine = stopped_or_fine(); !fine) return fail(std::move(fine.error()));
        state_->signals.take(); // a resize: nothing to do for it here
    }
    const bool happened = ready > 0 && waited[1].revents != 0;
    if (happened) pump(false);
    return happened;
}

Expected<void> Session::pause(std::chrono::milliseconds span) {
    const auto end = std::chrono::steady_clock::now() + span;
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) return stopped_or_fine();
        if (auto waited = wait_for_events(left); !waited) return fail(std::move(waited.error()));
    }
}

void Session::pump() { pump(true); }

void Session::tell(const std::vector<boost::json::object>& records) {
    for (const auto& record : records) {
        if (state_->options.events) {
            std::string line;
            append_json(line, record);
            state_->streams.out(line + "\n");
        }
        if (state_->tap) state_->tap(record);
    }
}

void Session::pump(bool look) {
    if (!state_->core) return;
    auto& watch = state_->watch;
    const bool recorded = state_->options.events || state_->tap;
    const auto notices = state_->core->take_notices();
    for (const auto& event : notices.events) {
        if (watch) watch->fold(event);
        if (recorded) tell(watch->records_of(event));
        const auto* failed = std::get_if<net::PeerFailed>(&event);
        if (failed != nullptr && !state_->notices) remark(peer_failure(*failed));
        if (state_->notices) state_->notices(event);
    }
    if (notices.dropped > 0 && recorded) tell({{{"v", 1}, {"event", "dropped"}, {"count", notices.dropped}}});
    if (notices.fault.empty() && watch && (look || notices.payments_wait))
        for (const auto& payment : watch->look()) {
            if (recorded) tell({payment_record(payment, prefix())});
            if (state_->payments) state_->payments(payment);
        }
    if (notices.fault.empty()) return;
    state_->core->read([](const net::Node&) {}); // throws the fault as it was
    throw Fault(notices.fault);
}

void Session::set_event_tap(RecordSink tap) {
    state_->tap = std::move(tap);
    watch_while_heard();
}
void Session::set_notices(EventSink events, PaymentSink payments) {
    state_->notices = std::move(events);
    state_->payments = std::move(payments);
    watch_while_heard();
}
void Session::watch_while_heard() {
    const bool heard = state_->options.events || state_->tap || state_->payments;
    if (!heard) state_->watch.reset();
    if (heard && !state_->watch && state_->core) state_->watch.emplace(*this);
}
int Session::notice_descriptor() const { return state_->core ? state_->core->notice_descriptor() : -1; }

bool Session::may_go_ahead() const {
    const State& state = *state_;
    const bool asks = can_ask() && !state.options.yes && !state.line.yes;
    return !asks && !state.options.events && !state.tap;
}

// --- the user ---

void Session::remark(std::string_view text) {
    auto& streams = state_->streams;
    streams.err((streams.err_is_terminal() ? wrap_at_words(text, streams.width()) : std::string(text)) +
                "\n");
}

Progress& Session::progress() { return state_->progress; }

// --- the run ---

Time Session::now() const { return state_->clock.now(); }
Random& Session::random() { return state_->random; }
std::chrono::milliseconds Session::uptime() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 state_->began);
}
std::stop_token Session::stop() const { return state_->signals.token(); }

Failure Session::stop_failure() const {
    switch (state_->signals.reason()) {
    case Signals::Reason::timeout:
        return {"timeout", Exit::timeout, "the run's --timeout is over", {}, {}};
    case Signals::Reason::terminated:
        return {"terminated", Exit::terminated, "ended by a signal", {}, {}};
    default:
        return {"interrupted", Exit::interrupted, "interrupted", {}, {}};
    }
}

const LaunchOptions& Session::launch() const { return state_->options; }
Settings& Session::settings() { return state_->settings; }
std::map<std::string, std::string>& Session::variables() { return state_->variables; }
void Session::set_line(LineOverrides overrides) { state_->line = std::move(overrides); }
Signals& Session::signals() { return state_->signals; }
Streams& Session::streams() { return state_->streams; }

} // namespace cairn::cli
