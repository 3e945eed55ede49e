using System.Buffers.Binary;
using HandyBackup.Catalog;

namespace HandyBackup.Server.Core;

/// <summary>What a restored server remembers of it: between the two times things happened that its catalog does not know.</summary>
/// <param name="Saved">When the backup was made.</param>
/// <param name="Restored">When it was restored.</param>
internal sealed record RestorationNote(DateTimeOffset Saved, DateTimeOffset Restored)
{
    private const string Setting = "restoration";
    private const int Size = 2 * sizeof(long);

    /// <summary>The note of the last restoration; null if the server was never restored.</summary>
    public static async Task<RestorationNote?> FindAsync(ISettingCatalog settings, CancellationToken cancellationToken) =>
        await settings.FindAsync(Setting, cancellationToken) is { Length: Size } value
            ? new RestorationNote(Read(value), Read(value.AsSpan(sizeof(long))))
            : null;

    /// <summary>Saves the note, in place of an earlier one.</summary>
    public Task SaveAsync(ISettingCatalog settings, CancellationToken cancellationToken)
    {
        byte[] value = new byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(value, Saved.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(sizeof(long)), Restored.UtcTicks);
        return settings.SaveAsync(Setting, value, cancellationToken);
    }

    private static DateTimeOffset Read(ReadOnlySpan<byte> value) => new(BinaryPrimitives.ReadInt64LittleEndian(value), TimeSpan.Zero);
}
