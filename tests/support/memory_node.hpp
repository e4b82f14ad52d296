// A node on stores in memory with a driver that a test holds in its hand: effects are carried out when the
// test says so, and time is what it says. For one thread.
#pragma once

#include "support/builders.hpp"
#include <mining/kernel.hpp>
#include <protocol/node.hpp>
#include <store/index.hpp>
#include <store/memory_filesystem.hpp>
#include <store/outbox.hpp>
#include <store/record_log.hpp>

#include <deque>
#include <map>
#include <memory>
#include <utility>

namespace cairn::test {

/// A node whose mempool takes payments without a fee on every network.
inline net::NodeOptions free_of_fees() {
    net::NodeOptions out;
    out.mempool.min_units_per_byte = 0;
    return out;
}

class MemoryNode {
  public:
    explicit MemoryNode(consensus::Network network, net::NodeOptions options = {})
        : network_(std::move(network)),
          options_(options),
          tables_(std::make_unique<store::MemoryKeyValue>()) {
        now.unix_ms = network_.parameters().time.unix_ms + 1'000;
        open();
    }

    net::Node& node() { return *node_; }
    const consensus::Network& network() const { return network_; }

    /// Gives the request to the node; nothing of what follows is carried out.
    net::RequestId ask(net::Request request) {
        net::Effects effects;
        net::Input what(std::in_place_type<net::Command>, ++last_id_, std::move(request));
        node_->on(std::move(what), instant(), effects);
        take(effects);
        return last_id_;
    }
    /// Finds the block that is searched for. False where nothing is.
    bool mine_one() {
        if (!search) return false;
        const auto nonce = mining::quick(search->digest, search->target, 1'000'000);
        const net::BlockFound found{search->job, WorkSeal{nonce.value()}, *nonce + 1};
        search.reset();
        input(found);
        return true;
    }
    void input(net::Input what) {
        net::Effects effects;
        node_->on(std::move(what), instant(), effects);
        take(effects);
    }
    /// Syncs, and tells the node so.
    void persist() {
        sync();
        input(net::Persisted{std::exchange(wanted_ticket, 0)});
    }
    /// ask(), then everything until the answer is there.
    net::Response call(net::Request request) {
        const net::RequestId id = ask(std::move(request));
        for (;;) {
            if (const auto answer = replies.find(id); answer != replies.end())
                return std::move(answer->second);
            if (!mine_one()) persist();
        }
    }
    /// Hands in one payment, and waits for the answer.
    Result<net::Submitted, chain::Refusal> submit(const Transaction& tx) {
        const auto all = std::get<net::SubmittedAll>(call(net::SubmitTransactions{{tx}}));
        if (all.refused) return fail(*all.refused);
        return all.taken.at(0);
    }
    void sync() {
        log_->sync();
        outbox_->sync();
    }
    /// The machine loses power: what was not synced is gone.
    void crash() {
        shut();
        files_.crash();
        open();
    }
    void checkpoint() {
        sync();
        node_->write_checkpoint();
    }

    Time now;
    std::uint64_t behind_ms = 0; ///< so far the wall's clock was set back; steady time goes on
    std::map<net::RequestId, net::Response> replies;
    std::vector<chain::Event> notices;
    std::optional<net::Search> search;
    net::Ticket wanted_ticket = 0;            ///< 0: nothing is to be persisted
    std::optional<std::uint64_t> wake_at;     ///< steady time, which here is the wall's
    std::vector<net::Effect> network_effects; ///< what concerns peers, in order; not carried out

    Instant instant() const { return {Time{now.unix_ms - behind_ms}, now.unix_ms}; }

  private:
    template <typename... Kinds> static bool is_one_of(const net::Effect& effect) {
        return (std::holds_alternative<Kinds>(effect) || ...);
    }
    static bool is_of_network(const net::Effect& effect) {
        return is_one_of<net::Send, net::Drop, net::Dial, net::CheckBlock, net::Throttle, net::KeepAddresses,
                         net::Notify, net::PaymentsWait>(effect);
    }

    void take(net::Effects& effects) {
        for (net::Effect& effect : effects) {
            if (auto* reply = std::get_if<net::Reply>(&effect))
                replies.emplace(reply->id, std::move(reply->response));
            if (const auto* persist = std::get_if<net::Persist>(&effect)) wanted_ticket = persist->ticket;
            if (const auto* what = std::get_if<net::Search>(&effect)) search = *what;
            if (std::holds_alternative<net::StopSearch>(effect)) search.reset();
            if (const auto* wake = std::get_if<net::WakeAt>(&effect)) wake_at = wake->steady_ms;
            if (auto* notify = std::get_if<net::Notify>(&effect)) {
                if (auto* event = std::get_if<chain::Event>(&notify->event)) {
                    notices.push_back(std::move(*event));
                    continue;
                }
            }
            if (is_of_network(effect)) network_effects.push_back(std::move(effect));
        }
    }
    void shut() {
        node_.reset();
        outbox_.reset();
        log_.reset();
        index_.reset();
        search.reset();
    }
    void open() {
        index_ = std::make_unique<store::Index>(*tables_, network_.id());
        store::LogOptions log_options;
        log_options.chain = network_.id();
        const auto& checkpoint = index_->checkpoint();
        log_ = std::make_unique<store::RecordLog>(files_, "blocks", log_options,
                                                  checkpoint ? checkpoint->log_end : store::LogPosition{});
        outbox_ = std::make_unique<store::Outbox>(files_, "outbox", log_options);
        node_ = std::make_unique<net::Node>(network_, *log_, *index_, *outbox_, random_, options_);
        sync();
    }

    consensus::Network network_;
    net::NodeOptions options_;
    store::MemoryFileSystem files_;
    std::unique_ptr<store::MemoryKeyValue> tables_;
    std::unique_ptr<store::Index> index_;
    std::unique_ptr<store::RecordLog> log_;
    std::unique_ptr<store::Outbox> outbox_;
    std::unique_ptr<net::Node> node_;
    net::RequestId last_id_ = 0;
    Prng random_{1};
};

} // namespace cairn::test
