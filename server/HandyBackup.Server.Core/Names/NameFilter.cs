using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>A condition of a query: a name with wildcards, without regard to case; null lets everything pass.</summary>
internal sealed class NameFilter(string? pattern)
{
    private readonly WildcardPattern? _pattern = pattern is null ? null : new WildcardPattern(pattern, ignoreCase: true);

    /// <summary>True if the name fits.</summary>
    public bool Matches(string? name) => _pattern is null || (name is not null && _pattern.IsMatch(name));
}
