// A network of nodes in one process, in virtual time: a seed decides all that happens. Connections carry the
// bytes that nodes encode, and delay, lose, double and reorder whole messages, and split them, or are cut by
// a partition: then they close, or hold back what is sent until it heals, as TCP does. Machines lose power
// and start again. Nothing here reads a clock. For one thread.
#pragma once

#include "machine.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cairn::sim {

/// Chances are of a thousand.
struct WorldOptions {
    std::size_t machines = 8;
    std::uint32_t loss = 0;
    std::uint32_t doubling = 0;
    std::uint32_t reordering = 0;
    std::uint64_t least_delay_ms = 5;
    std::uint64_t most_delay_ms = 100;
    bool in_cities = false;          ///< delays are those between cities.hpp's, up to a tenth longer
    std::uint64_t block_ms = 2'000;  ///< mean time of a search on one machine
    std::size_t dials = 2;           ///< peers that each machine seeks of its own accord
    std::uint64_t skew_ms = 0;       ///< clocks differ by up to so much
    std::uint64_t most_sync_ms = 4;  ///< a disk takes up to so long
    std::uint64_t tell_after_ms = 0; ///< nodes hear so late that what they sent has left
    net::NodeOptions node;
};

class World {
  public:
    World(consensus::Network network, const WorldOptions& options, std::uint64_t seed);

    Moment now() const { return now_; }
    Prng& random() { return random_; }
    std::size_t size() const { return machines_.size(); }
    Machine& machine(std::size_t index) { return *machines_[index]; }
    const Machine& machine(std::size_t index) const { return *machines_[index]; }
    const consensus::Network& network() const { return network_; }

    void run_until(Moment end);
    /// Runs until it holds, looked at every 100 ms; false where it did not until `end`.
    bool run_until(Moment end, const std::function<bool()>& holds);

    void start_mining(std::size_t index);
    void stop_mining(std::size_t index);
    /// A payment from the machine's own key, to any address.
    void pay(std::size_t index, const crypto::Address& to, Amount amount);
    void lose_power(std::size_t index);
    void start(std::size_t index); ///< after lose_power
    /// Machines of different groups do not hear each other; `silently`: their connections stay open.
    void partition(const std::vector<std::size_t>& group_of, bool silently);
    void heal();
    /// Each machine reaches each other one, over connections whose both ends have said HELLO.
    bool is_connected() const;
    /// Somebody from outside connects to the machine and says this; it never hears the answer.
    void stranger(std::size_t index, const Bytes& says);
    /// From now on nothing is lost, doubled or reordered.
    void calm();

    /// Digest of all that has happened: equal for equal seeds.
    std::uint64_t trace() const { return trace_; }
    std::uint64_t messages() const { return messages_; }
    /// The first bound of a queue or promise of a machine that did not hold, in words; empty: all do.
    const std::string& broken() const { return broken_; }
    /// The tip that all machines that are up have; nullopt where they differ.
    std::optional<BlockId> common_tip() const;
    std::uint32_t highest() const; ///< of the machines that are up

    /// Of one block: when each machine first had it on its active chain.
    struct Arrivals {
        std::size_t finder = 0;
        Moment found = 0;
        std::map<std::size_t, Moment> at;
    };
    /// Of all blocks that anybody found since.
    void record_arrivals() { recording_ = true; }
    const std::map<BlockId, Arrivals>& arrivals() const { return arrivals_; }

  private:
    struct Event {
        Moment at;
        std::uint64_t order;
        std::function<void()> happen;
        bool operator>(const Event& other) const {
            return at != other.at ? at > other.at : order > other.order;
        }
    };
    /// One direction of a connection ends at a peer of a machine.
    struct End {
        std::size_t machine = 0;
        std::uint64_t boot = 0;
        net::PeerId peer;
        std::size_t unsent = 0; ///< bytes, as the machine knows it
        std::size_t held = 0;   ///< of these, while the two are cut off from each other
        Moment busy_until = 0;
        bool telling = false; ///< it will be told
        Moment last_arrival = 0;
    };
    struct Held {
        int side = 0; ///< that sent it
        Bytes bytes;
    };
    struct Connection {
        End ends[2];
        bool open = true;
        std::vector<Held> held; ///< while the two are cut off from each other
    };
    struct Seat {
        std::size_t connection = 0;
        int side = 0;
    };

    void after(std::uint64_t delay, std::function<void()> happen);
    void input(std::size_t index, net::Input what);
    void carry_out(std::size_t index, net::Effect& effect);
    void send(std::size_t index, net::Send& what);
    void transmit(Seat from, const Bytes& bytes);
    void tell_later(Seat whom);
    void release_held();
    void deliver(std::size_t connection, int to, const Bytes& bytes);
    void drop(std::size_t index, net::PeerId peer);
    void dial(std::size_t index, const net::Dial& what);
    void connect(std::size_t from, std::size_t to, net::DialId dial);
    void close(std::size_t connection, int by);
    void search(std::size_t index, const net::Search& what);
    void persist(std::size_t index, net::Ticket ticket);
    void seek_peers(std::size_t index);
    bool is_cut(std::size_t a, std::size_t b) const { return group_of_[a] != group_of_[b]; }
    bool chance(std::uint32_t of_thousand) { return random_.below(1'000) < of_thousand; }
    std::uint64_t delay(std::size_t from, std::size_t to);
    std::uint64_t memoryless(std::uint64_t mean);
    void note(std::uint64_t value);
    void note_arrivals(std::size_t index);
    void check_bounds(std::size_t index);
    void break_down(std::size_t index, const std::string& why);

    consensus::Network network_;
    WorldOptions options_;
    Prng random_;
    std::vector<std::unique_ptr<Machine>> machines_;
    std::map<net::Endpoint, std::size_t> places_;
    std::vector<std::uint64_t> timers_;   ///< the valid token of each machine
    std::vector<std::uint64_t> searches_; ///< likewise
    std::vector<net::Ticket> flushes_;    ///< asked for and not begun; 0: none
    std::vector<std::size_t> group_of_;
    bool faulty_ = true;
    std::vector<Connection> connections_;
    std::map<std::pair<std::size_t, net::PeerId>, Seat> seats_;
    std::set<std::pair<std::size_t, net::PeerId>> strangers_;
    std::vector<Event> events_; ///< a heap, the next one in front
    Moment now_ = 0;
    std::uint64_t order_ = 0;
    std::uint64_t last_peer_ = 0;
    net::RequestId last_request_ = 0;
    std::uint64_t trace_ = 0xcbf29ce484222325;
    std::uint64_t messages_ = 0;
    std::string broken_;
    bool recording_ = false;
    std::map<BlockId, Arrivals> arrivals_;
    std::vector<BlockId> tips_; ///< of each machine, when last looked at
    std::map<net::RequestId, Transaction> submitted_;
};

} // namespace cairn::sim
