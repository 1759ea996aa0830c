/** What steps rely on. The fakes of the search keep it, and so must real stores. */
package io.metamigrate.migrator.switchover.contract;
