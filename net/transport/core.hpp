// Core: the driver of one node over one data directory. It owns the core thread, which alone touches the
// node, the stores and the chain; the workers that search for blocks; and the queue of events for the
// interface. All public functions may be called from any thread.
#pragma once

#include <protocol/node.hpp>
#include <store/fault.hpp>
#include <transport/discovery.hpp>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <type_traits>

namespace cairn::net {

struct CoreOptions {
    store::Path directory; ///< exists, locked by the caller, of this network
    NodeOptions node;
    unsigned mining_threads = 1;
    bool reindex = false; ///< make the index anew from the log

    struct Place {
        std::string host;
        std::uint16_t port = 0; ///< to listen: 0 is a free one
    };
    std::optional<Place> listen; ///< from the start; a port that is taken: PortTaken
    std::vector<Place> connect;  ///< sought as long as the core runs
    DiscoveryReach discovery = DiscoveryReach::nowhere;
};

/// Rates are of the last seconds.
struct SearchStatus {
    bool running = false;
    unsigned threads = 0;
    double attempts_per_second = 0;
    std::vector<double> history; ///< attempts a second over the last minute, oldest first
    std::uint64_t attempts = 0;  ///< of the running search
};

/// What opening found of the stores, beside the chain's own report.
struct StoresReport {
    bool log_was_missing = false;  ///< of a directory in use: the ledger began anew
    bool index_told = false;       ///< how far the log reached once is known
    std::uint32_t lost_blocks = 0; ///< that the index knew, and the log has no more: the last ones
    Height lost_to;                ///< height of the last of them
};

class Core {
  public:
    /// Opens and recovers the stores: Fault and DamagedStore come from here. Says what was cut or rebuilt in
    /// `open_report`.
    Core(consensus::Network network, const CoreOptions& options);
    /// Stops the search, writes the checkpoint and closes the log cleanly.
    /// A fault on the way is swallowed here: call close() to hear of it.
    ~Core();
    /// The same, and throws the Fault that kept it from a clean end. Nothing may be asked afterwards.
    void close();
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    /// Runs `query` on the core thread and returns its result. It gets the node to look at; it must neither
    /// keep references nor call back into the core.
    template <typename Query> auto read(Query&& query) const {
        using Answer = std::invoke_result_t<Query, const Node&>;
        std::packaged_task<Answer(const Node&)> task(std::forward<Query>(query));
        auto answer = task.get_future();
        run([&task](const Node& node) { task(node); });
        return answer.get();
    }

    /// The future is ready when what it acknowledges is durable; it throws Fault if the store failed.
    std::future<Response> submit(Request request);

    /// Lets peers in there, in place of where it listened before; port 0: a free one. The reason where it
    /// cannot: then all is as it was.
    Result<Endpoint, std::string> listen(std::string host, std::uint16_t port);
    void stop_listening();
    std::optional<Endpoint> listening() const;

    SearchStatus search_status() const;
    void set_mining_threads(unsigned threads); ///< from the next search on

    const chain::OpenReport& open_report() const;
    const StoresReport& stores_report() const;

    /// Events since the last call, oldest first; bounded: the oldest are dropped, and counted. Peers that
    /// come and go wait a quarter of a second for each other: who comes and goes at once is only counted.
    struct Notices {
        std::vector<Event> events;
        std::size_t dropped = 0;
        bool payments_wait = false; ///< that did not before; told of four times a second at most
        std::string fault;          ///< why the node stopped; empty while it works
    };
    Notices take_notices();
    /// Readable while notices wait. For poll(2); not to be read.
    int notice_descriptor() const;

  private:
    /// Runs on the core thread, returns when it has run; `task` throws nothing. Throws Fault if the node has
    /// stopped.
    void on_core(const std::function<void()>& task) const;
    void run(const std::function<void(const Node&)>& task) const;
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::net
