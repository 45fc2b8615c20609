package dev.relight.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.relight.controlplane.task.Refusal;
import dev.relight.controlplane.task.Refusal.FieldError;
import java.util.List;

/**
 * What went wrong, in the contract's form.
 *
 * @param code the contract's error code
 * @param message what is wrong and what would be right
 * @param subErrors each field that is wrong, left out without any
 * @param target id of what stands in the way, left out without any
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(int code, String message, List<FieldError> subErrors, String target) {

  static Problem of(Refusal refusal) {
    return new Problem(
        refusal.reason().code(), refusal.getMessage(), refusal.fields(), refusal.target());
  }
}
