using System.Runtime.InteropServices;
using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Items.Copying;

/// <summary>Names of items as names of files on this machine. Names come from elsewhere, and may be made to do harm.</summary>
internal static class LocalName
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly bool s_isWindows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    // What Windows takes for a device wherever it stands, whatever follows behind a dot.
    private static readonly HashSet<string> s_devices = new(
        new[] { "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$" }.Concat(Enumerable.Range(0, 10).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of a file on this machine as items are named.</summary>
    public static string ToItem(string name) => ItemName.ToText(Encoding.UTF8.GetBytes(name));

    /// <summary>The name that a file gets on this machine.</summary>
    /// <param name="name">One part of an item's path.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.DestinationEscapes"/> or <see cref="ErrorCode.ItemUnsupported"/>.</exception>
    public static string FromItem(string name)
    {
        string local;
        try
        {
            local = s_strict.GetString(ItemName.ToBytes(name));
        }
        catch (DecoderFallbackException exception)
        {
            throw new HandyBackupException(ErrorCode.ItemUnsupported, $"'{name}' has bytes that are no text, and cannot be a name here.", exception) { Target = name };
        }

        if (local.Length == 0 || local is "." or ".." || local.IndexOfAny(['/', '\0']) >= 0 || (s_isWindows && IsSpecialOnWindows(local)))
        {
            throw new HandyBackupException(ErrorCode.DestinationEscapes, $"'{name}' is no name that a file can have here.") { Target = name };
        }

        return local;
    }

    /// <summary>True for names that Windows takes for something else than a file of this name: streams, separators, wildcards, devices, and what it cuts off.</summary>
    internal static bool IsSpecialOnWindows(string name) =>
        name.Any(character => character < ' ' || "\\:*?\"<>|".Contains(character))
        || name[name.Length - 1] is '.' or ' '
        || s_devices.Contains(name.Split('.')[0].TrimEnd(' '));
}
