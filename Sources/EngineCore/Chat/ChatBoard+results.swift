import Incidents
import Timekeeping

extension ChatBoard {
    /// Takes note of what became of an action. A second answer to one, or one too late, changes nothing.
    public mutating func ended(_ action: ChatAction, _ result: ChatResult, now: SteadyInstant) {
        if case .record = action.step { return recorded(action, result, now) }
        guard flights[action.number] == action.spot, let flight = posts[action.spot]?.flight else { return }
        let spot = action.spot
        flights[action.number] = nil
        throttle.end()
        rooms[spot.room]!.inFlight -= 1
        posts[spot]!.flight = nil
        lookAt = now

        switch result {
        case .shown(let message): shown(message, flight, now)
        case .told(_, let through) where isInvented(through, flight):
            answered(flight)
            posts[spot]!.mustFindTold = false
        case .told(let message, let through): told(message, through, flight, now)
        case .unneeded: takeBack(flight)
        case .notFound:
            answered(flight)
            posts[spot]!.mustFindTold = false
            if case .find = action.step { posts[spot]!.mustFind = false }
        case .later(let wait?, _):
            throttle.rationed(flight.call, in: spot.room, wait: wait, now: now)
            posts[spot]!.want(flight)
        case .later(nil, _), .recorded, .unrecorded: failed(flight, now)
        case .doubtful: doubtful(flight, now)
        case .lost(let reason): lost(reason, flight, now)
        case .closed(let reason): closed(reason, flight, now)
        case .refused(let reason):
            throttle.refused(reason, number: action.number, lastNumber: lastNumber, now: now)
            posts[spot]!.want(flight)
        case .forgotten:
            takeBack(flight)
            return drop(spot)
        }
        dropIfFinished(spot)
    }

    /// What was found says that more was told than has happened: it is not ours, and would keep the thread silent.
    private func isInvented(_ through: Int64, _ flight: ChatPost.Flight) -> Bool {
        guard case .findTold = flight.action.step else { return false }
        return through > posts[flight.action.spot]!.newest
    }

    private mutating func answered(_ flight: ChatPost.Flight) {
        throttle.answered(number: flight.action.number)
        posts[flight.action.spot]!.failures = 0
        posts[flight.action.spot]!.asideUntil = nil
    }

    /// Nothing was sent, so nothing was used up.
    private mutating func takeBack(_ flight: ChatPost.Flight) {
        throttle.takeBack(flight.call, begun: flight.begun)
        if flight.call == .post { rooms[flight.action.spot.room]!.nextPost = flight.begun }
    }

    private mutating func shown(_ message: PostedMessage, _ flight: ChatPost.Flight, _ now: SteadyInstant) {
        let spot = flight.action.spot
        answered(flight)
        // A room that may be read need not take messages.
        if flight.call == .post || flight.call == .update { opened(spot.room, now) }
        posts[spot]!.shownAt = now
        posted(message, spot, now)
        posts[spot]!.mustFind = false
        switch flight.action.step {
        case .find:
            // Found: nobody knows what it says.
            posts[spot]!.staleness = .changed
            posts[spot]!.shownAt = nil
        case .post:
            // Nobody can have told a thread that has only begun.
            posts[spot]!.mustFindTold = false
        case .update, .tell, .findTold, .record: break
        }
    }

    /// Has it recorded where the message is, and that something can be posted there.
    private mutating func posted(_ message: PostedMessage, _ spot: ChatSpot, _ now: SteadyInstant) {
        guard posts[spot]!.message != message || posts[spot]!.isClosedInLog else { return }
        posts[spot]!.message = message
        posts[spot]!.isClosedInLog = false
        record(
            .posted(
                ChatPosted(incident: spot.incident, room: spot.room, channel: message.channel, message: message.id)),
            spot, now)
    }

    private mutating func told(_ message: String?, _ through: Int64, _ flight: ChatPost.Flight, _ now: SteadyInstant) {
        let spot = flight.action.spot
        if message == nil { takeBack(flight) } else { answered(flight) }
        posts[spot]!.mustFindTold = false
        posts[spot]!.toldThrough = max(posts[spot]!.toldThrough, through)
        posts[spot]!.newest = max(posts[spot]!.newest, through)
        if case .findTold = flight.action.step {} else if message != nil { posts[spot]!.toldAt = now }
        // What did not fit into this telling is not news any more.
        if !posts[spot]!.isTold, flight.wasUrgent { posts[spot]!.isUrgent = true }
        guard let message else { return }
        if flight.call == .post {
            opened(spot.room, now)
            if let card = posts[spot]!.message { posted(card, spot, now) }
        }
        record(
            .told(
                ChatTold(
                    incident: spot.incident, room: spot.room, message: message,
                    through: posts[spot]!.toldThrough)),
            spot, now)
    }

    private mutating func failed(_ flight: ChatPost.Flight, _ now: SteadyInstant) {
        let spot = flight.action.spot
        throttle.failed(number: flight.action.number, lastNumber: lastNumber, now: now)
        posts[spot]!.want(flight)
        if posts[spot]!.failures == 0 { posts[spot]!.successesBefore = throttle.successes }
        posts[spot]!.failures += 1
        if posts[spot]!.failures >= pace.patience, throttle.successes > posts[spot]!.successesBefore {
            posts[spot]!.asideUntil = now + pace.asideTime
        }
    }

    private mutating func doubtful(_ flight: ChatPost.Flight, _ now: SteadyInstant) {
        switch flight.action.step {
        case .post: posts[flight.action.spot]!.mustFind = true
        case .tell: posts[flight.action.spot]!.mustFindTold = true
        // Doing these twice does no harm.
        case .update, .find, .findTold, .record: break
        }
        failed(flight, now)
    }

    /// Posted anew once. Whoever takes it away twice means it.
    private mutating func lost(_ reason: String, _ flight: ChatPost.Flight, _ now: SteadyInstant) {
        let spot = flight.action.spot
        guard let message = posts[spot]!.message else { return failed(flight, now) }
        answered(flight)
        posts[spot]!.want(flight)
        guard posts[spot]!.replaces == nil else {
            posts[spot]!.isClosedForGood = true
            return close(spot, "its message was lost a second time: \(reason)", now)
        }
        posts[spot]!.message = nil
        posts[spot]!.replaces = message.id
        posts[spot]!.mustFind = posts[spot]!.isInherited
    }

    private mutating func closed(_ reason: String, _ flight: ChatPost.Flight, _ now: SteadyInstant) {
        let (spot, room) = (flight.action.spot, flight.action.spot.room)
        answered(flight)
        rooms[room]!.isClosed = true
        rooms[room]!.closedUntil = now + pace.closedRoomInterval
        if posts[spot]!.isOpen, posts[spot]!.message == nil {
            // Somebody may invite us: the incident is shown as soon as the room takes it.
            posts[spot]!.want(flight)
            recordClosed(spot, reason, now)
        } else {
            posts[spot]!.isClosedForGood = posts[spot]!.wasReopened
            close(spot, reason, now)
        }
        // Resolved incidents do not wait for a room that may never open again.
        for post in posts.values.filter({ $0.spot.room == room && !$0.isOpen && !$0.isClosed && $0.flight == nil }) {
            close(post.spot, reason, now)
        }
    }

    private mutating func close(_ spot: ChatSpot, _ reason: String, _ now: SteadyInstant) {
        posts[spot]!.isClosed = true
        recordClosed(spot, reason, now)
    }

    /// A room that was closed takes messages again: open incidents go on there. Once for each message, for what closed
    /// the room may have been about that message alone.
    private mutating func opened(_ room: ChatRoom, _ now: SteadyInstant) {
        guard rooms[room]!.isClosed else { return }
        rooms[room]!.isClosed = false
        for post in posts.values
        where post.spot.room == room && post.isClosed && post.isOpen && !post.isClosedForGood {
            posts[post.spot]!.isClosed = false
            posts[post.spot]!.wasReopened = true
            posts[post.spot]!.staleness = .changed
            posts[post.spot]!.staleSince = now
        }
    }

    private mutating func recordClosed(_ spot: ChatSpot, _ reason: String, _ now: SteadyInstant) {
        guard !posts[spot]!.isClosedInLog else { return }
        posts[spot]!.isClosedInLog = true
        record(.closed(ChatClosed(incident: spot.incident, room: spot.room, reason: reason)), spot, now)
    }

    // MARK: The log

    private mutating func record(_ fact: ChatRecord, _ spot: ChatSpot, _ now: SteadyInstant) {
        posts[spot]!.queue(fact)
        posts[spot]!.recordAt = posts[spot]!.recordAt ?? now
        unrecorded.insert(spot)
    }

    private mutating func recorded(_ action: ChatAction, _ result: ChatResult, _ now: SteadyInstant) {
        let spot = action.spot
        guard case .record(let fact) = action.step, var post = posts[spot], post.isRecording,
            post.unrecorded.first == fact
        else { return }
        post.isRecording = false
        if result == .unrecorded {
            post.recordFailures += 1
            post.recordAt = now + pause(after: post.recordFailures)
        } else {
            post.unrecorded.removeFirst()
            post.recordFailures = 0
            post.recordAt = post.unrecorded.isEmpty ? nil : now
        }
        posts[spot] = post
        if post.unrecorded.isEmpty { unrecorded.remove(spot) }
        dropIfFinished(spot)
    }
}
