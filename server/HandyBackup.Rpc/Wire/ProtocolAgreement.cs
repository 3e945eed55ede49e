using System.Globalization;
using System.Reflection;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Wire;

/// <summary>Whether a server and whoever calls it speak the same protocol version, and what to do if they do not.</summary>
internal static class ProtocolAgreement
{
    /// <summary>This product and its version, such as <c>Handy Backup 0.1.0</c>.</summary>
    public static string Product { get; } = "Handy Backup " + ProductVersion();

    /// <summary>Compares the numbers.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ProtocolMismatch"/> if they differ.</exception>
    public static void Verify(Party caller, int callerProtocol, string callerProduct, int serverProtocol, string serverProduct)
    {
        if (callerProtocol == serverProtocol)
        {
            return;
        }

        string message = string.Format(
            CultureInfo.InvariantCulture,
            "The {0} ({1}) speaks protocol version {2}, the server ({3}) version {4}.",
            caller.Name,
            callerProduct,
            callerProtocol,
            serverProduct,
            serverProtocol);
        throw new HandyBackupException(ErrorCode.ProtocolMismatch, message)
        {
            Target = serverProduct,
            Advice = callerProtocol < serverProtocol
                ? $"Update {caller.Program} to the server's version."
                : $"Update the server, or bring {caller.Program} to the server's version.",
        };
    }

    private static string ProductVersion()
    {
        string version = typeof(ProtocolAgreement).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

        // What follows '+' names a commit: nothing that a user can act on.
        int build = version.IndexOf('+');
        return build < 0 ? version : version.Substring(0, build);
    }
}
