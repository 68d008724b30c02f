// libyaml's whole public interface. Nothing here needs a wrapper.
#pragma once
#include <yaml.h>
