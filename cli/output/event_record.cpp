#include <base/utf8.hpp>
#include <cli/output/event_record.hpp>

#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

namespace cairn::cli {

namespace {

boost::json::object head(const char* name) {
    boost::json::object record;
    record["v"] = 1;
    record["event"] = name;
    return record;
}

boost::json::object block(const char* name, const chain::BlockInfo& info) {
    auto record = head(name);
    record["height"] = info.height().value;
    record["id"] = info.id.hex();
    record["txs"] = info.header().tx_count;
    record["time"] = to_rfc3339(info.header().time);
    return record;
}

boost::json::object peer(const char* name, const net::PeerInfo& info) {
    auto record = head(name);
    record["id"] = info.id.value;
    record["address"] = info.name.empty() ? net::to_text(info.at) : info.name;
    record["direction"] = info.inbound ? "in" : "out";
    record["height"] = info.height.value;
    record["agent"] = info.agent;
    return record;
}

struct ToRecord {
    boost::json::object operator()(const chain::BlockConnected& event) const {
        return block("block", event.info);
    }
    boost::json::object operator()(const chain::BlockDisconnected& event) const {
        return block("block_removed", event.info);
    }
    boost::json::object operator()(const chain::BlockStored& event) const {
        return block("block_stored", event.info);
    }
    boost::json::object operator()(const chain::Reorganised& event) const {
        auto record = head("reorganisation");
        record["depth"] = event.depth;
        record["from"] = event.from.hex();
        record["to"] = event.to.hex();
        record["time"] = to_rfc3339(event.time);
        return record;
    }
    boost::json::object operator()(const chain::BranchHeld& event) const {
        auto record = head("branch_held");
        record["tip"] = event.tip.hex();
        record["height"] = event.height.value;
        record["depth"] = event.depth;
        return record;
    }
    boost::json::object operator()(const chain::Event& event) const { return std::visit(*this, event); }
    boost::json::object operator()(const net::PeerConnected& event) const {
        return peer("peer_connected", event.peer);
    }
    boost::json::object operator()(const net::PeerLost& event) const {
        auto record = peer("peer_lost", event.peer);
        record["why"] = event.why;
        return record;
    }
    boost::json::object operator()(const net::PaymentDropped& event) const {
        auto record = head("payment_dropped");
        record["txid"] = event.tx.id().hex();
        record["nonce"] = event.tx.fields().nonce.value;
        record["reason"] = event.why == net::PaymentDropped::Why::expired ? "expired" : "overtaken";
        return record;
    }
    boost::json::object operator()(const net::PeersPassed& event) const {
        auto record = head("peers_passed");
        record["count"] = event.count;
        return record;
    }
    boost::json::object operator()(const net::PeerFailed& event) const {
        auto record = head("peer_failed");
        record["address"] = event.name;
        record["reason"] = event.refusal.why;
        record["given_up"] = event.given_up;
        return record;
    }
};

} // namespace

boost::json::object event_record(const net::Event& event) { return std::visit(ToRecord{}, event); }

std::string peer_failure(const net::PeerFailed& failed) {
    return "cannot connect to " + escape_for_display(failed.name) + ": " +
           escape_for_display(failed.refusal.why) + (failed.given_up ? "; given up" : "; trying again");
}

} // namespace cairn::cli
