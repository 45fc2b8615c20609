/** How agents are operated: profiles, and what is done for each kind of subtask. */
package dev.relight.worker.agent;
