using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>Which runs to list. All conditions must hold; null means any.</summary>
/// <param name="Kind">What the run does.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Since">Accepted at or after this time.</param>
public sealed record RunFilter(RunKind? Kind = null, RunState? State = null, DateTimeOffset? Since = null);
