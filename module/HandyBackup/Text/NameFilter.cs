using System.Diagnostics.CodeAnalysis;
using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>What users give as names, with wildcards, to commands that list.</summary>
internal static class NameFilter
{
    private static readonly char[] s_wildcards = ['*', '?', '['];

    private static readonly string?[] s_all = [null];

    /// <summary>The names, or one null, which stands for all.</summary>
    public static string?[] OrAll(string?[]? names) => names is { Length: > 0 } ? names : s_all;

    /// <summary>True for a name without wildcards: if nothing has it, that is an error.</summary>
    public static bool IsExact([NotNullWhen(true)] string? name) => name is { Length: > 0 } && name.IndexOfAny(s_wildcards) < 0;

    /// <summary>True if a name fits a pattern with wildcards, without regard to case; null lets everything pass.</summary>
    public static bool Matches(string? pattern, string? name) => pattern is null || (name is not null && new WildcardPattern(pattern, ignoreCase: true).IsMatch(name));

    /// <summary>Null for an empty text: a property of an input object that is not set.</summary>
    public static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
