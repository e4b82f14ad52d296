// Inside of Core: what the core thread does, and what others may touch of it. Private to core*.cpp.
#pragma once

#include <base/fault.hpp>
#include <crypto/random.hpp>
#include <mining/searcher.hpp>
#include <transport/address_file.hpp>
#include <transport/core.hpp>
#include <transport/hash_rate.hpp>
#include <transport/links.hpp>
#include <transport/notice_queue.hpp>
#include <transport/stores.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace cairn::net {

Instant system_now();

/// Everything above the line is touched by the core thread alone (and by the constructor, before it starts).
struct Core::State {
    State(consensus::Network network, const CoreOptions& options);

    void input(Input what);
    /// The same for what comes from outside the core: what it throws stops the node.
    void take_in(Input what);
    void carry_out(Effect& effect);
    void search(const Search& what);
    void flush();
    void write_checkpoint();
    void stop_with(const std::exception_ptr& why);
    void shut_down();
    void end();
    void wake_at(std::uint64_t steady_ms);
    void start_network(const CoreOptions& options);
    Result<Endpoint, std::string> listen(const std::string& host, std::uint16_t port);
    void start_thread();
    /// Runs `task` on the core thread; what it throws stops the node.
    template <typename Task> void post(Task task);

    crypto::SystemRandom random;
    Stores stores;
    AddressFile addresses;
    Node node;
    std::map<RequestId, std::promise<Response>> asked;
    RequestId next_request = 0;
    Ticket to_persist = 0;
    bool flush_posted = false;
    bool checkpoint_posted = false;
    std::exception_ptr failed;
    boost::asio::io_context context{1};
    boost::asio::steady_timer timer{context};
    boost::asio::steady_timer checkpoint_timer{context};
    boost::asio::steady_timer last_call{context};
    bool leaving = false; ///< until what was paid just now is with a peer
    std::unique_ptr<Links> links;
    Bytes kept_addresses; ///< as they were to be written last
    // ---------------------------------------------------------------- shared
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
    chain::OpenReport report;
    StoresReport stores_report;
    NoticeQueue notices;
    HashRate rate;
    std::atomic<std::uint64_t> quick_total{0};
    mining::Searcher searcher;
    std::atomic<unsigned> threads;
    std::atomic<bool> searching{false};
    std::atomic<std::uint64_t> attempts_before{0}; ///< of the running search
    std::mutex door;                ///< what is posted before the end is posted is still carried out
    bool closed = false;            ///< under `door`
    std::exception_ptr close_fault; ///< written before the thread ends, read after it was joined
    std::jthread thread;            ///< last: it uses all of the above

    std::uint64_t attempts() const {
        return searcher.attempts() + quick_total.load(std::memory_order_relaxed);
    }
};

} // namespace cairn::net
