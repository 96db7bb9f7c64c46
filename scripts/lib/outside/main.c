/* The program MODEL_NAME: all commands of kumiai, for this model. A second model is one more line. */
#include <stddef.h>

#include "sim/run.h"

extern const sim_model_t sim_model_MODEL_NAME;

int main(int argc, char **argv) {
    const sim_model_t *const models[] = {&sim_model_MODEL_NAME, NULL};
    return kumiai_main(argc, argv, models);
}
