import GRDB
import Foundation
