/// The menus and people of the delivered site: the same for every seed.
///
/// Facts for writing a sheet against it:
/// - accounts 1 to 60; 1 is the administrator and API user; 17 and 42 are both called `Alex Kim`;
/// - staff groups `Tier 1` 100003, `Tier 2` 100004, `Tier 3` 100005, `Billing` 100006, `Field Service` 100007;
/// - products and categories are trees in which a leaf's label repeats (`Accessories`, `Installation`), so
///   that the label alone does not identify it;
/// - contacts 1 to 300, organizations 1 to 40, assets 1 to 80.
extension Vocabulary {
  static let delivered = Vocabulary(menus + people + trees + fusionSets)

  private static func list(
    _ name: String, _ label: String, isOpen: Bool = true, _ values: [(Int64, String)]
  ) -> NamedSet {
    NamedSet(name, label: label, isOpen: isOpen, values.map { NamedValue(id: $0.0, name: $0.1) })
  }

  private static let menus: [NamedSet] = [
    list(
      "incidents.assignedTo.staffGroup", "StaffGroup",
      [
        (100_003, "Tier 1"), (100_004, "Tier 2"), (100_005, "Tier 3"), (100_006, "Billing"),
        (100_007, "Field Service"),
      ]),
    list("incidents.banner.importanceFlag", "ImportanceFlag", [(1, "Low"), (2, "Medium"), (3, "High")]),
    list(
      "incidents.billedMinutes.billableTask", "BillableTask",
      [(1, "Research"), (2, "Telephone"), (3, "On site"), (4, "Training")]),
    list(
      "incidents.channel", "Channel",
      [
        (1, "CSS Email"), (2, "MA Email"), (3, "Phone"), (4, "Fax"), (5, "Post"), (6, "CSS Web"),
        (7, "MA Web"), (8, "Chat"), (9, "Email"), (10, "Community"),
      ]),
    list("incidents.chatQueue", "ChatQueue", [(1, "General chat"), (2, "Sales chat")]),
    list(
      "incidents.language", "Language",
      [(1, "en_US"), (2, "fr_FR"), (3, "de_DE"), (4, "es_ES"), (5, "ja_JP")]),
    list("incidents.mailing", "Mailing", [(1, "Spring survey"), (2, "Recall notice")]),
    list("incidents.milestoneInstances.milestone", "Milestone", [(1, "First reply"), (2, "Work-around")]),
    list(
      "incidents.queue", "Queue",
      [(5, "Phone intake"), (6, "Mail intake"), (7, "Web intake"), (8, "Escalations"), (9, "Returns")]),
    list(
      "incidents.responseEmailAddressType", "ResponseEmailAddressType",
      [(0, "Email - Primary"), (1, "Alternate Email 1"), (2, "Alternate Email 2")]),
    list(
      "incidents.severity", "Severity",
      [(4, "1 - Critical"), (5, "2 - Major"), (6, "3 - Minor"), (7, "4 - Question")]),
    list(
      "incidents.sLAInstance.nameOfSLA", "NameOfSLA", [(1, "Standard"), (2, "Premium"), (3, "Onsite 24h")]),
    list(
      "incidents.sLAInstance.stateOfSLA", "StateOfSLA", isOpen: false,
      [(1, "Inactive"), (2, "Active"), (3, "Expired"), (4, "Disabled")]),
    NamedSet(
      "incidents.source", label: "Source",
      [
        NamedValue(id: 32_002, name: "End-User Pages"), NamedValue(id: 32_003, name: "Utilities"),
        NamedValue(id: 32_007, name: "Public API"),
        NamedValue(id: 3001, name: "Ask A Question", parent: 32_002),
        NamedValue(id: 3005, name: "Chat", parent: 32_002),
        NamedValue(id: 4001, name: "Incoming mail", parent: 32_003),
        NamedValue(id: 8007, name: "Connect REST", parent: 32_007),
      ]),
    NamedSet(
      "incidents.statusWithType.status", label: "Status",
      [
        NamedValue(id: 1, name: "Unresolved", statusType: 1),
        NamedValue(id: 2, name: "Solved", statusType: 2),
        NamedValue(id: 3, name: "Waiting", statusType: 3), NamedValue(id: 8, name: "Updated", statusType: 1),
        NamedValue(id: 101, name: "Escalated", statusType: 1),
        NamedValue(id: 102, name: "Waiting - Vendor", statusType: 3),
        NamedValue(id: 103, name: "Solved - No reply", statusType: 2),
      ]),
    list(
      "incidents.statusWithType.statusType", "StatusType", isOpen: false,
      [(1, "Unresolved"), (2, "Solved"), (3, "Waiting")]),
    list(
      "incidents.threads.contentType", "ContentType", isOpen: false, [(1, "text/plain"), (2, "text/html")]),
    list(
      "incidents.threads.entryType", "ThreadType", isOpen: false,
      [
        (1, "Note"), (2, "Staff Account"), (3, "Customer"), (4, "Customer Proxy"), (5, "Chat"),
        (6, "Rule Response"), (7, "Rule Response Template"), (8, "Voice Integration"),
      ]),
    list(
      "incidents.customFields.c.region", "Region", [(11, "South"), (12, "North"), (13, "East"), (14, "West")]),
  ]

  private static let people: [NamedSet] = [
    NamedSet("accounts", label: "Account", isCollection: true, accounts),
    NamedSet(
      "contacts", label: "Contact", isCollection: true,
      (Int64(1)...300).map {
        NamedValue(id: $0, name: personName($0, inStaff: false))
      }),
    NamedSet(
      "organizations", label: "Organization", isCollection: true,
      (Int64(1)...40).map {
        NamedValue(id: $0, name: organizationName($0))
      }),
    NamedSet(
      "assets", label: "Asset", isCollection: true,
      (Int64(1)...80).map { NamedValue(id: $0, name: "FishPhone SN-\(10_000 + $0 * 37)") }),
    NamedSet(
      "mailboxes", label: "Mailbox", isCollection: true,
      [NamedValue(id: 1, name: "support"), NamedValue(id: 2, name: "billing")]),
    NamedSet(
      "siteInterfaces", label: "SiteInterface", isCollection: true,
      [NamedValue(id: 1, name: "fishphone"), NamedValue(id: 2, name: "fishphone_fr")]),
  ]

  private static let accounts: [NamedValue] = (Int64(1)...60).map { id in
    switch id {
    case 1: NamedValue(id: 1, name: "Site Administrator")
    case 17, 42: NamedValue(id: id, name: "Alex Kim")
    default: NamedValue(id: id, name: personName(id, inStaff: true))
    }
  }

  /// Adds contacts to those that others refer to.
  mutating func addContacts(upTo count: Int) {
    for id in stride(from: Int64(1), through: Int64(count), by: 1) where self["contacts"][id] == nil {
      insert(NamedValue(id: id, name: Self.personName(id, inStaff: false)), into: "contacts")
    }
  }

  /// The name of the person with that number, among the staff or the customers.
  static func personName(_ number: Int64, inStaff isStaff: Bool) -> String {
    let number = Int(number)
    return isStaff
      ? "\(staffNames[number % 20]) \(staffSurnames[number * 7 % 30])"
      : "\(contactNames[number % 25]) \(contactSurnames[number % 36])"
  }

  static func organizationName(_ number: Int64) -> String {
    "\(contactSurnames[Int(number) % 36]) \(number % 3 == 0 ? "Logistics" : "Industries") \(number)"
  }

  private static let trees: [NamedSet] = [
    NamedSet(
      "serviceProducts", label: "ServiceProduct", isCollection: true,
      [
        NamedValue(id: 1, name: "Phones"), NamedValue(id: 2, name: "FishPhone", parent: 1),
        NamedValue(id: 3, name: "FishPhone Mini", parent: 1),
        NamedValue(id: 4, name: "Accessories", parent: 1), NamedValue(id: 5, name: "Tablets"),
        NamedValue(id: 6, name: "FishPad", parent: 5), NamedValue(id: 7, name: "Accessories", parent: 5),
        NamedValue(id: 8, name: "Services"), NamedValue(id: 9, name: "FishCare", parent: 8),
      ]),
    NamedSet(
      "serviceCategories", label: "ServiceCategory", isCollection: true,
      [
        NamedValue(id: 1, name: "Hardware"), NamedValue(id: 2, name: "Installation", parent: 1),
        NamedValue(id: 3, name: "Repair", parent: 1), NamedValue(id: 4, name: "Software"),
        NamedValue(id: 5, name: "Installation", parent: 4), NamedValue(id: 6, name: "Update", parent: 4),
        NamedValue(id: 7, name: "Invoice"),
      ]),
    NamedSet(
      "serviceDispositions", label: "ServiceDisposition", isCollection: true,
      [
        NamedValue(id: 1, name: "Answered"), NamedValue(id: 2, name: "By article", parent: 1),
        NamedValue(id: 3, name: "By phone", parent: 1), NamedValue(id: 4, name: "Replaced"),
        NamedValue(id: 5, name: "Duplicate"),
      ]),
  ]

  private static let staffNames = [
    "Ana", "Bram", "Chloe", "Dmitri", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kaori", "Liam",
    "Mona", "Nils", "Olga", "Pedro", "Quinn", "Rosa", "Sven", "Tara",
  ]
  private static let staffSurnames = [
    "Abel", "Bauer", "Costa", "Diaz", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov", "Jansen", "Kaya",
    "Lopez", "Meyer", "Novak", "Olsen", "Petrov", "Quist", "Rossi", "Silva", "Tanaka", "Ueda", "Vogel",
    "Weber", "Xu", "Yilmaz", "Zeman", "Ahmed", "Blanc", "Cohen", "Dubois",
  ]
  private static let contactNames = [
    "Aiko", "Ben", "Carla", "Dan", "Eva", "Femi", "Gita", "Hans", "Ida", "Joao", "Kim", "Lea", "Max", "Nora",
    "Omar", "Pia", "Raj", "Sara", "Tom", "Uma", "Vera", "Will", "Yara", "Zoe", "Zara",
  ]
  private static let contactSurnames = [
    "Adams", "Berg", "Clark", "Dahl", "Ekman", "Ford", "Gomez", "Hall", "Iqbal", "Jones", "Klein", "Larsen",
    "Moore", "Nguyen", "Ortiz", "Park", "Quinn", "Reyes", "Scott", "Turner", "Urban", "Vega", "Walker",
    "Young", "Zhang", "Ali", "Brown", "Chen", "Davis", "Ellis", "Frank", "Green", "Hill", "Ito", "Jung",
    "Khan",
  ]
}
