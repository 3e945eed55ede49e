using System.Runtime.InteropServices;

namespace HandyBackup.Server.Core;

/// <summary>The library whose functions must not be called before this.</summary>
internal static partial class Sodium
{
    /// <summary>Makes the library ready; may be called again, from any thread.</summary>
    public static void Initialize()
    {
        if (sodium_init() < 0)
        {
            throw new InvalidOperationException("libsodium could not be initialised.");
        }
    }

    [LibraryImport("libsodium")]
    private static partial int sodium_init();
}
