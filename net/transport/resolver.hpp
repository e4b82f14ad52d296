// Resolver: names to addresses, without making anybody wait. The system's resolver can neither be interrupted
// nor told a time limit, so each question has a thread of its own that nobody joins: it knows nothing but the
// question and a letterbox, and finds that closed when the answer comes too late.
#pragma once

#include <base/result.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::net {

class Resolver {
  public:
    static constexpr std::size_t threads = 4;   ///< questions under way; others wait
    static constexpr std::size_t addresses = 8; ///< of one host

    using Addresses = std::vector<boost::asio::ip::tcp::endpoint>; ///< at least one
    using Answer = Result<Addresses, std::string>;
    using Number = std::uint64_t;

    explicit Resolver(boost::asio::io_context& context);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// `told` is called on the io_context, once.
    Number ask(const std::string& host, std::uint16_t port, std::function<void(Answer)> told);
    /// The answer is no longer wanted.
    void forget(Number number);

  private:
    struct Letterbox;
    struct Question {
        Number number;
        std::string host;
        std::uint16_t port;
    };

    void start_next();
    void arrived(Number number, Answer answer);

    std::shared_ptr<Letterbox> letterbox_;
    std::deque<Question> waiting_;
    std::map<Number, std::function<void(Answer)>> asked_;
    std::size_t running_ = 0;
    Number last_ = 0;
};

/// An address in numbers, with or without brackets.
std::optional<boost::asio::ip::address> parse_address(std::string_view host);

} // namespace cairn::net
