using System.Globalization;
using System.Reflection;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Wire;

/// <summary>Whether panel and server speak the same protocol version, and what to do if they do not.</summary>
internal static class ProtocolAgreement
{
    /// <summary>This product and its version, such as <c>Handy Backup 0.1.0</c>.</summary>
    public static string Product { get; } = "Handy Backup " + ProductVersion();

    /// <summary>Compares the numbers.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ProtocolMismatch"/> if they differ.</exception>
    public static void Verify(int panelProtocol, string panelProduct, int serverProtocol, string serverProduct)
    {
        if (panelProtocol == serverProtocol)
        {
            return;
        }

        string message = string.Format(
            CultureInfo.InvariantCulture,
            "The panel ({0}) speaks protocol version {1}, the server ({2}) version {3}.",
            panelProduct,
            panelProtocol,
            serverProduct,
            serverProtocol);
        throw new HandyBackupException(ErrorCode.ProtocolMismatch, message)
        {
            Target = serverProduct,
            Advice = panelProtocol < serverProtocol
                ? "Update the HandyBackup module on the panel's machine to the server's version."
                : "Update the server, or use a HandyBackup module of the server's version.",
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
