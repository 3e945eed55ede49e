using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>A checked name, with the final 0 that system calls want. Lives on the stack.</summary>
[SupportedOSPlatform("linux")]
internal ref struct ItemPlace
{
    // NAME_MAX (include/uapi/linux/limits.h).
    private const int MaximumName = 255;

    private Name _name;
    private int _length;

    /// <summary>The name, with a final 0. Valid as long as the place is.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Terminated => MemoryMarshal.CreateReadOnlySpan(in _name.First, MaximumName + 1)[.._length];

    /// <summary>Takes an item's name, which comes from a repository that may be hostile.</summary>
    /// <exception cref="SourceException">The name cannot be one, or leads elsewhere.</exception>
    public static void Check(SourceItem item, out ItemPlace place)
    {
        place = default;
        RestoreName.Check(item.Name.Span);
        if (item.Name.Length > MaximumName)
        {
            throw new SourceException(SourceError.NotWritten, $"The name has {item.Name.Length} bytes, and Linux allows {MaximumName}.");
        }

        item.Name.Span.CopyTo(MemoryMarshal.CreateSpan(ref place._name.First, MaximumName));
        place._length = item.Name.Length + 1;
    }

    [InlineArray(MaximumName + 1)]
    private struct Name
    {
        public byte First;
    }
}
