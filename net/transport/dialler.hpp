// Dialler: attempts to connect, each with a time limit for all of it. On the io_context's thread alone.
#pragma once

#include <transport/resolver.hpp>
#include <transport/sockets.hpp>

#include <chrono>
#include <map>

namespace cairn::net {

class Dialler {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    /// Called on the io_context, never out of dial(); one of the two for each dial.
    struct Outcome {
        std::function<void(DialId, Socket)> connected;
        std::function<void(DialId, DialFailure, std::string why)> failed;
    };

    Dialler(boost::asio::io_context& context, std::chrono::milliseconds limit, std::size_t most,
            Outcome outcome);
    /// No outcome is told any more.
    ~Dialler();
    Dialler(const Dialler&) = delete;
    Dialler& operator=(const Dialler&) = delete;

    void dial(DialId id, const std::string& host, std::uint16_t port);
    /// Gives up what is under way, without an outcome.
    void cancel();

  private:
    class Attempt;

    void finish(DialId id, Socket socket);
    void finish(DialId id, DialFailure failure, std::string why);

    boost::asio::io_context& context_;
    const std::chrono::milliseconds limit_;
    const std::size_t most_;
    const Outcome outcome_;
    Resolver resolver_;
    std::map<DialId, std::shared_ptr<Attempt>> attempts_;
};

} // namespace cairn::net
