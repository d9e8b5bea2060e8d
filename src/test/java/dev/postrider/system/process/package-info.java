/** Our programs as processes: started, watched, killed. */
package dev.postrider.system.process;
