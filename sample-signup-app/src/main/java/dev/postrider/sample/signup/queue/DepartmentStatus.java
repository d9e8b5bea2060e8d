package dev.postrider.sample.signup.queue;

import dev.postrider.sample.signup.purchase.Department;

/**
 * How a department is doing.
 *
 * @param on whether its worker works
 * @param waiting how many copies it has not done yet
 */
public record DepartmentStatus(Department department, boolean on, long waiting, long deadLettered) {
    public boolean isOff() {
        return !on;
    }

    DepartmentStatus withOn(boolean on) {
        return new DepartmentStatus(department, on, waiting, deadLettered);
    }
}
