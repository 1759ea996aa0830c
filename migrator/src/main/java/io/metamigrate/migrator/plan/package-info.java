/**
 * Inventory, catalogue and facts of both stores become a plan with findings. Pure: a plan can be
 * made from values alone, and the same values make the same plan.
 */
@NullMarked
package io.metamigrate.migrator.plan;

import org.jspecify.annotations.NullMarked;
