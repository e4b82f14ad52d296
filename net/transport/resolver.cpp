// Threads that ask the system, and the letterbox between them and the io_context.
#include <transport/resolver.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <netdb.h>
#include <thread>
#include <utility>

namespace cairn::net {
namespace {

using boost::asio::ip::tcp;

std::string reason_of(int code) {
    if (code == EAI_NONAME || code == EAI_NODATA) return "no such host";
    if (code == EAI_AGAIN) return "the name service does not answer";
    return ::gai_strerror(code);
}

Resolver::Answer ask_system(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (code != 0) return fail(reason_of(code));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> guard(list, &::freeaddrinfo);
    Resolver::Addresses out;
    out.reserve(Resolver::addresses);
    for (const addrinfo* one = list; one != nullptr && out.size() < Resolver::addresses; one = one->ai_next) {
        if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
        tcp::endpoint at;
        std::memcpy(at.data(), one->ai_addr, std::min<std::size_t>(one->ai_addrlen, at.capacity()));
        at.resize(one->ai_addrlen);
        at.port(port);
        if (std::find(out.begin(), out.end(), at) == out.end()) out.push_back(at);
    }
    if (out.empty()) return fail(reason_of(EAI_NONAME));
    return out;
}

} // namespace

struct Resolver::Letterbox {
    std::mutex mutex;
    boost::asio::io_context* context; ///< under the mutex; nullptr once the resolver is gone
    Resolver* owner;                  ///< touched on the io_context's thread alone; nullptr likewise
};

Resolver::Resolver(boost::asio::io_context& context) : letterbox_(std::make_shared<Letterbox>()) {
    letterbox_->context = &context;
    letterbox_->owner = this;
}

Resolver::~Resolver() {
    const std::lock_guard lock(letterbox_->mutex);
    letterbox_->context = nullptr;
    letterbox_->owner = nullptr;
}

Resolver::Number Resolver::ask(const std::string& host, std::uint16_t port,
                               std::function<void(Answer)> told) {
    const Number number = ++last_;
    asked_.emplace(number, std::move(told));
    waiting_.push_back({number, host, port});
    start_next();
    return number;
}

void Resolver::forget(Number number) {
    asked_.erase(number);
    std::erase_if(waiting_, [number](const Question& one) { return one.number == number; });
}

void Resolver::start_next() {
    while (running_ < threads && !waiting_.empty()) {
        ++running_;
        std::thread([question = std::move(waiting_.front()), letterbox = letterbox_] {
            Answer answer = ask_system(question.host, question.port);
            const std::lock_guard lock(letterbox->mutex);
            if (letterbox->context == nullptr) return;
            boost::asio::post(*letterbox->context,
                              [letterbox, number = question.number, answer = std::move(answer)]() mutable {
                                  if (letterbox->owner != nullptr)
                                      letterbox->owner->arrived(number, std::move(answer));
                              });
        }).detach();
        waiting_.pop_front();
    }
}

void Resolver::arrived(Number number, Answer answer) {
    --running_;
    start_next();
    const auto found = asked_.find(number);
    if (found == asked_.end()) return;
    const auto told = std::move(found->second);
    asked_.erase(found);
    told(std::move(answer));
}

std::optional<boost::asio::ip::address> parse_address(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(host), error);
    return error ? std::nullopt : std::optional(address);
}

} // namespace cairn::net
