// The core thread: inputs to the node, and its effects carried out.
#include <transport/core_state.hpp>
#include <transport/sockets.hpp>

#include <chrono>

namespace cairn::net {
namespace {

/// Tried on the core thread before the workers are woken: an easy block is found here.
constexpr std::uint64_t quick_attempts = 1'024;

template <typename Clock> std::uint64_t milliseconds_of() {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count());
}

NodeOptions with_addresses(NodeOptions options, Bytes addresses, Random& random) {
    options.addresses = std::move(addresses);
    random.fill(options.chain.salt);
    return options;
}

} // namespace

Instant system_now() {
    return {Time{milliseconds_of<std::chrono::system_clock>()}, milliseconds_of<std::chrono::steady_clock>()};
}

Core::State::State(consensus::Network network, const CoreOptions& options)
    : stores(options.directory, network.id(), options.reindex),
      addresses(options.directory / "peers"),
      node(std::move(network), stores.log(), stores.index(), stores.outbox(), random,
           with_addresses(options.node, AddressFile::read(options.directory / "peers"), random)),
      report(node.chain().open_report()),
      stores_report(report_of(stores, node.chain())),
      searcher(
          options.mining_threads,
          [this](const mining::Found& found) {
              post([this, found] { input(BlockFound{found.job, WorkSeal{found.nonce}, found.attempts}); });
          }),
      threads(options.mining_threads) {
    stores.sync(); // a chain that was just made begins with a durable genesis
    start_network(options);
}

/// Before the core thread runs.
void Core::State::start_network(const CoreOptions& options) {
    kept_addresses = node.addresses();
    LinkOptions with;
    with.discovery = options.discovery;
    with.checkers = std::max(1U, std::thread::hardware_concurrency());
    links = std::make_unique<Links>(context, node.chain().network(), node.nonce(), with,
                                    [this](Input what) { take_in(std::move(what)); });
    if (options.listen) {
        const Endpoint at = links->listen(options.listen->host, options.listen->port);
        post([this, at] { input(Listening{at.port}); });
    }
    for (const auto& place : options.connect)
        post([this, place] { input(Command{++next_request, AddPeer{place.host, place.port, false, true}}); });
    post([this] { input(TimerFired{}); }); // sets the timer going
}

template <typename Task> void Core::State::post(Task task) {
    boost::asio::post(context, [this, task = std::move(task)]() mutable {
        if (failed) return;
        try {
            task();
        } catch (...) {
            stop_with(std::current_exception());
        }
    });
}

void Core::State::input(Input what) {
    Effects effects;
    node.on(std::move(what), system_now(), effects);
    for (Effect& effect : effects) carry_out(effect);
    if (node.must_checkpoint()) write_checkpoint();
    if (leaving && !node.has_untold()) last_call.cancel();
}

void Core::State::take_in(Input what) {
    if (failed) return;
    try {
        input(std::move(what));
    } catch (...) {
        stop_with(std::current_exception());
    }
}

void Core::State::carry_out(Effect& effect) {
    if (const auto* persist = std::get_if<Persist>(&effect)) {
        to_persist = persist->ticket;
        if (flush_posted) return;
        flush_posted = true;
        post([this] { flush(); }); // after all that is at hand
    } else if (auto* reply = std::get_if<Reply>(&effect)) {
        const auto who = asked.find(reply->id);
        if (who == asked.end()) return;
        who->second.set_value(std::move(reply->response));
        asked.erase(who);
    } else if (const auto* what = std::get_if<Search>(&effect)) {
        search(*what);
    } else if (std::holds_alternative<StopSearch>(effect)) {
        searcher.stop();
        searching = false;
    } else if (auto* notify = std::get_if<Notify>(&effect)) {
        notices.push(std::move(notify->event), system_now().steady_ms);
    } else if (std::holds_alternative<PaymentsWait>(effect)) {
        notices.push_payments(system_now().steady_ms);
    } else if (const auto* wake = std::get_if<WakeAt>(&effect)) {
        wake_at(wake->steady_ms);
    } else if (const auto* keep = std::get_if<KeepAddresses>(&effect)) {
        kept_addresses = keep->bytes;
        addresses.keep(kept_addresses);
    } else {
        links->carry_out(effect);
    }
}

void Core::State::search(const Search& what) {
    if (!searching.exchange(true)) rate.restart();
    attempts_before = attempts();
    rate.sample(attempts(), std::chrono::steady_clock::now());
    const auto nonce = mining::quick(what.digest, what.target, quick_attempts);
    quick_total += nonce ? *nonce + 1 : quick_attempts;
    if (nonce) {
        searcher.stop();
        post([this, job = what.job, nonce = *nonce] { input(BlockFound{job, WorkSeal{nonce}, nonce + 1}); });
        return;
    }
    if (searcher.threads() != threads) searcher.set_threads(threads);
    searcher.start(what.job, what.digest, what.target, quick_attempts);
}

/// One sync for all that the commands at hand have changed; then their replies, in order.
void Core::State::flush() {
    flush_posted = false;
    const Ticket ticket = to_persist;
    stores.sync();
    input(Persisted{ticket});
    if (!node.wants_checkpoint() || checkpoint_posted) return;
    // The log is what makes it durable: who waits need not wait for the index, and has a moment to ask.
    constexpr std::chrono::milliseconds moment{20};
    checkpoint_posted = true;
    checkpoint_timer.expires_after(moment);
    checkpoint_timer.async_wait([this](const boost::system::error_code& error) {
        checkpoint_posted = false;
        if (error) return;
        post([this] {
            if (node.wants_checkpoint()) write_checkpoint(); // it may have been written since
        });
    });
}

void Core::State::write_checkpoint() {
    stores.sync();
    node.write_checkpoint();
}

void Core::State::wake_at(std::uint64_t steady_ms) {
    const std::uint64_t now = system_now().steady_ms;
    timer.expires_after(std::chrono::milliseconds(steady_ms > now ? steady_ms - now : 0));
    timer.async_wait([this](const boost::system::error_code& error) {
        if (!error) post([this] { input(TimerFired{}); });
    });
}

/// The store failed: nothing is acknowledged any more.
void Core::State::stop_with(const std::exception_ptr& why) {
    failed = why;
    searcher.stop();
    searching = false;
    timer.cancel();
    checkpoint_timer.cancel();
    last_call.cancel();
    if (links) links->close([] {});
    for (auto& [id, promise] : asked) promise.set_exception(why);
    asked.clear();
    try {
        std::rethrow_exception(why);
    } catch (const std::exception& fault) {
        notices.push_fault(fault.what());
    }
}

/// What was paid a moment ago would be told in the next run only: a peer takes it within milliseconds.
void Core::State::shut_down() {
    constexpr std::chrono::milliseconds farewell{500};
    searcher.stop();
    take_in(Command{++next_request, StopMining{}});
    leaving = !failed && node.has_untold();
    last_call.expires_after(leaving ? farewell : std::chrono::milliseconds(0));
    last_call.async_wait([this](const boost::system::error_code& /*or cancelled*/) { end(); });
}

void Core::State::end() {
    leaving = false;
    timer.cancel();
    checkpoint_timer.cancel();
    if (!failed) {
        try {
            flush();
            if (node.has_unwritten()) node.write_checkpoint();
            if (node.addresses() != kept_addresses) addresses.keep(node.addresses());
            addresses.close();
            stores.close();
        } catch (...) {
            close_fault = std::current_exception();
        }
    }
    failed = failed ? failed : std::make_exception_ptr(Fault("the node is closed"));
    for (auto& [id, promise] : asked) promise.set_exception(failed);
    asked.clear();
    links->close([this] { context.stop(); });
}

Result<Endpoint, std::string> Core::State::listen(const std::string& host, std::uint16_t port) {
    try {
        const Endpoint at = links->listen(host, port);
        take_in(Listening{at.port});
        return at;
    } catch (const CannotListen& why) {
        if (!links->listening()) { // it made room, and could not come back
            links->stop_listening();
            take_in(Listening{0});
        }
        return fail(std::string(why.what()));
    }
}

void Core::State::start_thread() {
    thread = std::jthread([this] { context.run(); });
}

} // namespace cairn::net
