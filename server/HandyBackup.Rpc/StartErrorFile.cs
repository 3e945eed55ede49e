using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc;

/// <summary>
/// The file <c>start-error.json</c> in a data path, by which a server that could not start says why to the panel that started it.
/// A server that starts removes it. The panel should remove an old one before it starts a server.
/// </summary>
public static class StartErrorFile
{
    private const string FileName = "start-error.json";

    /// <summary>Writes the error, in place of an older one.</summary>
    /// <exception cref="IOException">The data path cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The data path may not be written.</exception>
    public static void Write(string dataPath, ErrorInfo error) =>
        File.WriteAllBytes(PathIn(dataPath), JsonSerializer.SerializeToUtf8Bytes(error, WireJson.Options));

    /// <summary>Reads the error; null if there is none, or nothing that can be understood.</summary>
    public static ErrorInfo? TryRead(string dataPath)
    {
        try
        {
            return JsonSerializer.Deserialize<ErrorInfo>(File.ReadAllBytes(PathIn(dataPath)), WireJson.Options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Removes the file if it is there.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    public static void Delete(string dataPath)
    {
        if (Directory.Exists(dataPath))
        {
            File.Delete(PathIn(dataPath));
        }
    }

    private static string PathIn(string dataPath) => Path.Combine(dataPath, FileName);
}
