// What other threads call.
#include <transport/core_state.hpp>

#include <chrono>

namespace cairn::net {

Core::Core(consensus::Network network, const CoreOptions& options)
    : state_(std::make_unique<State>(std::move(network), options)) {
    state_->start_thread();
}

void Core::close() {
    {
        const std::lock_guard guard(state_->door);
        if (std::exchange(state_->closed, true)) return;
        boost::asio::post(state_->context, [state = state_.get()] { state->shut_down(); });
    }
    state_->thread.join();
    if (state_->close_fault) std::rethrow_exception(state_->close_fault);
}

Core::~Core() {
    try {
        close();
    } catch (const std::exception&) {
        // What was acknowledged is durable already; the next opening replays the log.
    }
}

void Core::on_core(const std::function<void()>& task) const {
    // Shared: the core thread may still be in it when we are told.
    const auto done = std::make_shared<std::promise<void>>();
    {
        const std::lock_guard guard(state_->door);
        if (state_->closed) throw Fault("the node is closed");
        boost::asio::post(state_->context, [&task, done, state = state_.get()] {
            if (state->failed) return done->set_exception(state->failed);
            task();
            done->set_value();
        });
    }
    done->get_future().get();
}

void Core::run(const std::function<void(const Node&)>& task) const {
    on_core([&] { task(state_->node); });
}

Result<Endpoint, std::string> Core::listen(std::string host, std::uint16_t port) {
    Result<Endpoint, std::string> out = Endpoint{};
    on_core([&] { out = state_->listen(host, port); });
    return out;
}

void Core::stop_listening() {
    on_core([&] {
        state_->links->stop_listening();
        state_->take_in(Listening{0});
    });
}

std::optional<Endpoint> Core::listening() const {
    std::optional<Endpoint> out;
    on_core([&] { out = state_->links->listening(); });
    return out;
}

std::future<Response> Core::submit(Request request) {
    std::promise<Response> promise;
    auto answer = promise.get_future();
    const std::lock_guard guard(state_->door);
    if (state_->closed) {
        promise.set_exception(std::make_exception_ptr(Fault("the node is closed")));
        return answer;
    }
    boost::asio::post(state_->context, [state = state_.get(), promise = std::move(promise),
                                        request = std::move(request)]() mutable {
        if (state->failed) return promise.set_exception(state->failed);
        const RequestId id = ++state->next_request;
        state->asked.emplace(id, std::move(promise));
        try {
            state->input(Command{id, std::move(request)});
        } catch (...) {
            state->stop_with(std::current_exception());
        }
    });
    return answer;
}

SearchStatus Core::search_status() const {
    SearchStatus out;
    const std::uint64_t attempts = state_->attempts();
    out.running = state_->searching;
    out.threads = state_->threads;
    out.attempts = attempts - state_->attempts_before;
    if (!out.running) return out;
    const auto now = std::chrono::steady_clock::now();
    out.attempts_per_second = state_->rate.per_second(attempts, now);
    out.history = state_->rate.history(attempts, now);
    state_->rate.sample(attempts, now);
    return out;
}

void Core::set_mining_threads(unsigned threads) { state_->threads = std::max(1U, threads); }

const chain::OpenReport& Core::open_report() const { return state_->report; }
const StoresReport& Core::stores_report() const { return state_->stores_report; }

Core::Notices Core::take_notices() { return state_->notices.take(system_now().steady_ms); }

int Core::notice_descriptor() const { return state_->notices.descriptor(); }

} // namespace cairn::net
