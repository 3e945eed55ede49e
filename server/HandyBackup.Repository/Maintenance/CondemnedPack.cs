using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>A pack in a list of condemned ones.</summary>
/// <param name="Id">The pack.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record CondemnedPack(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("size")] long Size);
