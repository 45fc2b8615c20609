/** What both services do alike as the Quarkus applications that they are. */
package dev.relight.service;
