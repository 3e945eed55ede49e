using System.Runtime.InteropServices;
using System.Security;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Passwords;

/// <summary>Takes texts out of secure strings.</summary>
internal static class SecretText
{
    /// <summary>The text as it travels.</summary>
    public static Secret ToSecret(SecureString secret) => new() { Value = Reveal(secret) };

    /// <summary>The text itself; only for handing it to the server at once.</summary>
    public static string Reveal(SecureString secret)
    {
        IntPtr text = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return Marshal.PtrToStringUni(text, secret.Length);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(text);
        }
    }
}
