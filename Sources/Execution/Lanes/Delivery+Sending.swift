import Sites
import Staging

// The parts of a delivery in the terms of the site and of observers.

extension SentRow {
  init(_ delivery: Delivery) {
    self.init(number: delivery.row.number, recordID: delivery.row.recordID, attempt: delivery.attempt)
  }
}

extension Write {
  init(_ delivery: Delivery) {
    let row = delivery.row
    self.init(
      recordID: row.recordID, element: row.element, body: delivery.body, isIdempotent: row.isIdempotent,
      token: delivery.token, enclosure: delivery.enclosure)
  }
}
